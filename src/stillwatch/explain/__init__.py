"""What a person sees: pure; tables in, page or terminal view out."""
