"""Statistics: arrays in, frozen results out; no store, no lens, no drawing."""
