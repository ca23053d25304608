# Sourced. What the operator's environment and Secrets must say for each simulator to be used, as shell commands; and
# where this repository's own tests look for one.

# endpoints_CLOUD URL: what the operator's --cloud-endpoint takes, a line each.
endpoints_aws() { printf '%s\n' "ec2=$1" "sts=$1" "iam=$1" "eks=$1" "autoscaling=$1" "elastic-load-balancing=$1" \
  "secrets-manager=$1"; }
endpoints_gcp() { printf '%s
' "google-compute=$1" "google-dns=$1" "google-container=$1" "google-fleet=$1" \
  "google-iam=$1" "google-secret-manager=$1" "google-token=$1/token"; }
endpoints_azure() { printf '%s\n' "azure-resource-manager=$1" "azure-login=$1"; }
endpoints_twingate() { echo "twingate=$1"; }
flags() { sed 's/^/--cloud-endpoint /' | paste -sd ' '; }

print_aws() {
  cat <<END
export CLOUDS_AWS_URL=$1
export AWS_ENDPOINT_URL=$1
export AWS_ACCESS_KEY_ID=${CLOUDS_AWS_ACCESS_KEY_ID:-AKIASIMULATOR}
export AWS_SECRET_ACCESS_KEY=${CLOUDS_AWS_SECRET_ACCESS_KEY:-simulatorsecret}
# Operator: $(endpoints_aws "$1" | flags)
# EKS Pod Identity: AWS_CONTAINER_CREDENTIALS_FULL_URI=$1/v1/credentials and any AWS_CONTAINER_AUTHORIZATION_TOKEN
# Instance metadata: AWS_EC2_METADATA_SERVICE_ENDPOINT=$1/ and --node-cloud-identity true
END
}

print_gcp() {
  (umask 077 && curl -fsS "$1/_sim/credentials" >"$state/gcp-key.json")
  cat <<END
export CLOUDS_GCP_URL=$1
export CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE=$1/compute/v1/
export GOOGLE_APPLICATION_CREDENTIALS=$state/gcp-key.json
# Operator: $(endpoints_gcp "$1" | flags)
# The key's token_uri is Google's; the simulator's is $1/token. Any project will do.
# Metadata server: GCE_METADATA_HOST=${1#http://} and --node-cloud-identity true. STS: $1/v1/token
END
}

print_azure() {
  cat <<END
export CLOUDS_AZURE_URL=$1 CLOUDLINKER_AZURE_SIMULATOR=$1
export AZURE_RESOURCE_MANAGER=$1
export AZURE_AUTHORITY_HOST=$1
export AZURE_TENANT_ID=11111111-1111-1111-1111-111111111111
export AZURE_CLIENT_ID=22222222-2222-2222-2222-222222222222
export AZURE_CLIENT_SECRET=simulator-secret
export AZURE_SUBSCRIPTION_ID=33333333-3333-3333-3333-333333333333
# Operator: $(endpoints_azure "$1" | flags)
# Managed identity: $1/metadata/identity/oauth2/token and --node-cloud-identity true
END
}

print_twingate() {
  cat <<END
export CLOUDS_TWINGATE_URL=$1
# Requests go there with the Host of the network: acme.twingate.com, and its shard acme.eu1.twingate.com.
END
}
