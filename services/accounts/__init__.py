"""Accounts of team mode: users with roles, sessions, invitations; the user of a request.

- :mod:`.acting`: the user of the current request
- :mod:`.attempts`: the rate limit of logins
- :mod:`.invites`: invitations to register
- :mod:`.model`: users, roles
- :mod:`.modes`: authentication modes
- :mod:`.passwords`: argon2
- :mod:`.presence`: who has a recording open
- :mod:`.sessions`: server-side sessions
- :mod:`.tokens`: one-time tokens of token mode
- :mod:`.users`: add and change users
"""
