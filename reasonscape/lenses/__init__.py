"""One question a lens: select -> measure -> claims -> draw."""
