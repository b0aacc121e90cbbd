"""Reads the small tables beside the log: accounts, account events, model and competitor releases."""



