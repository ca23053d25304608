"""Runs Argo CD's scripts in Lua 5.1 with what Argo CD gives them: no string, io or debug library, of os only the time."""
import json
import subprocess

RUNNER = r"""
local function encode(value)
  local kind = type(value)
  if kind == "nil" then return "null" end
  if kind == "string" then
    return '"' .. value:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
  end
  if kind ~= "table" then return tostring(value) end
  local parts = {}
  if value[1] ~= nil then
    for _, item in ipairs(value) do parts[#parts + 1] = encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for name, item in pairs(value) do parts[#parts + 1] = encode(name) .. ":" .. encode(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end
local clock = { time = os.time, date = os.date }
for _, object in ipairs(objects) do
  local sandbox = {
    obj = object, ipairs = ipairs, pairs = pairs, type = type, tostring = tostring, tonumber = tonumber, table = table,
    require = function(name) assert(name == "os", "only os can be required") return clock end,
  }
  print(encode(setfenv(script, sandbox)()))
end
"""


def literal(value):
    """A Lua literal of a JSON value."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte)
                             for byte in value.encode()) + '"'
    if isinstance(value, list):
        return "{" + ",".join(map(literal, value)) + "}"
    if isinstance(value, dict):
        return "{" + ",".join(f"[{literal(name)}]={literal(item)}" for name, item in value.items()) + "}"
    return str(value)


def run(path, objects):
    """What the script at `path` returns for each object."""
    with open(path, encoding="utf-8") as file:
        program = f"local objects = {literal(objects)}\nlocal script = assert(loadstring({literal(file.read())}))\n{RUNNER}"
    done = subprocess.run(["lua5.1", "-"], input=program, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{path}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]
