"""Accounts of team mode: users with roles, sessions, invitations; who acts in a request.

- :mod:`.acting`: the user of the current request
- :mod:`.attempts`: the rate limit of logins
- :mod:`.invites`: invitations to register
- :mod:`.model`: users, roles
- :mod:`.modes`: whether accounts are needed
- :mod:`.passwords`: argon2
- :mod:`.presence`: who has a recording open
- :mod:`.sessions`: server-side sessions
- :mod:`.tokens`: token mode
- :mod:`.users`: the users
"""
