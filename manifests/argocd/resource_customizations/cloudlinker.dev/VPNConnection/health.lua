-- Health of every kind of cloudlinker.dev: all have the same summary in their conditions. Argo CD runs Lua 5.1 without the
-- string library.
--
--     state                                             health
--     being deleted                                     Progressing; Degraded if Stalled, Suspended if a person holds it
--     no status, or of an older spec                    Progressing
--     Ready: Suspended or PlanOnly                      Suspended: it waits for a person
--     Ready True                                        Healthy, also with spare tunnels down: the message says so
--     Ready Unknown                                     Unknown
--     Ready False, Reconciling, or for its connection   Progressing
--     Ready False otherwise                             Degraded
local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    conditions[condition.type] = condition
  end
end
local ready = conditions["Ready"]

local function is_true(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end

local function health(status, message)
  return { status = status, message = message }
end

if ready == nil or ready.reason == "Pending" then
  if obj.metadata.deletionTimestamp ~= nil then
    return health("Progressing", "Deleting")
  end
  return health("Progressing", "Waiting for the operator")
end

if ready.reason == "Suspended" or ready.reason == "PlanOnly" then
  if obj.metadata.generation == nil or obj.status.observedGeneration == obj.metadata.generation then
    return health("Suspended", ready.message)
  end
end

if obj.metadata.deletionTimestamp ~= nil then
  if is_true("Stalled") then
    return health("Degraded", ready.message)
  elseif ready.reason == "Deleting" or is_true("Reconciling") then
    return health("Progressing", ready.message)
  end
  return health("Progressing", "Deleting")
end

if obj.metadata.generation ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  if is_true("Reconciling") and conditions["Reconciling"].reason == "APIError" then
    return health("Progressing", conditions["Reconciling"].message)
  end
  return health("Progressing", "Waiting for the operator to act on the latest change")
end

if ready.status == "True" then
  return health("Healthy", ready.message)
elseif ready.status == "Unknown" then
  return health("Unknown", ready.message)
elseif is_true("Stalled") then
  return health("Degraded", ready.message)
elseif is_true("Reconciling") or ready.reason == "ConnectionNotReady" then
  -- A PortForward fails with its connection, whose own health says why.
  return health("Progressing", ready.message)
end
return health("Degraded", ready.message)
