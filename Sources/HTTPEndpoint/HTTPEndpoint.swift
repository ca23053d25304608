// Placeholder: the layer's own files replace this one.
