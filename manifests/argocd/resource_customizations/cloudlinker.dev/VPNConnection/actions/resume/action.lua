-- Removed, not false: manifests that do not mention it are in sync again.
obj.spec.suspend = nil
return obj
