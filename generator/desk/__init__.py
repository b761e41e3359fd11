"""The desk: a page in the browser where staff fill in forms, see the paper, take it, and find it again."""
