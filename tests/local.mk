# tests over the whole
