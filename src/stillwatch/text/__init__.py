"""What a prompt leaves behind: keys and markers; fast, pure, column in, column out."""
