-- Health of VPNConnection and PortForward for Argo CD:
-- resource.customizations.health.cloudlinker.dev_VPNConnection and .health.cloudlinker.dev_PortForward
local health = { status = "Progressing", message = "Waiting for the operator" }
if obj.status == nil or obj.status.conditions == nil then
  return health
end
if obj.metadata.generation ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end
local stalled = false
local reconciling = false
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Stalled" and condition.status == "True" then stalled = true end
  if condition.type == "Reconciling" and condition.status == "True" then reconciling = true end
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Ready" then
    health.message = condition.message
    if condition.status == "True" then
      health.status = "Healthy"
    elseif condition.reason == "GatewaysSilent" then
      health.status = "Unknown"
    elseif condition.reason == "Suspended" then
      health.status = "Suspended"
    elseif condition.status == "False" and (stalled or not reconciling) then
      health.status = "Degraded"
    end
  end
end
return health
