"""Trust storage: a folder, a share or a bucket, written once and read back."""
