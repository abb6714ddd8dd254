"""One file that shows a deployment: the way of the image from its source to the URL, and what is wrong on it."""
