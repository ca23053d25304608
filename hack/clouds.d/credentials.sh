# Sourced. What the operator's flags, environment and Secrets must say for each simulator to be used.

print_aws() {
  cat <<END
AWS_ENDPOINT_URL=$1
AWS_ACCESS_KEY_ID=${CLOUDS_AWS_ACCESS_KEY_ID:-AKIASIMULATOR}
AWS_SECRET_ACCESS_KEY=${CLOUDS_AWS_SECRET_ACCESS_KEY:-simulatorsecret}
AWS_EC2_METADATA_SERVICE_ENDPOINT=$1/
AWS_CONTAINER_CREDENTIALS_FULL_URI=$1/v1/credentials   # with any AWS_CONTAINER_AUTHORIZATION_TOKEN
END
}

print_gcp() {
  (umask 077 && curl -fsS "$1/_sim/credentials" >"$state/gcp-key.json")
  cat <<END
CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE=$1/compute/v1/
GOOGLE_APPLICATION_CREDENTIALS=$state/gcp-key.json   # its token_uri is Google's; the simulator's is $1/token
GCE_METADATA_HOST=${1#http://}
# STS: $1/v1/token   impersonation: $1/v1/projects/-/serviceAccounts/EMAIL:generateAccessToken   projects: any
END
}

print_azure() {
  cat <<END
AZURE_AUTHORITY_HOST=$1
AZURE_RESOURCE_MANAGER=$1   # management.azure.com's place
AZURE_POD_IDENTITY_AUTHORITY_HOST=$1   # managed identity: $1/metadata/identity/oauth2/token
AZURE_TENANT_ID=11111111-1111-1111-1111-111111111111
AZURE_CLIENT_ID=22222222-2222-2222-2222-222222222222
AZURE_CLIENT_SECRET=simulator-secret
AZURE_SUBSCRIPTION_ID=33333333-3333-3333-3333-333333333333   # or any
END
}
