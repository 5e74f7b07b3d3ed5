"""From the bytes a user brings to a store folder that is exact, or a refusal in words.

``convert.ingest`` does it, ``preview.preview`` shows what it would do. Both need pyarrow,
which is slow to import and not needed to serve pages: import them where they are called.
"""
