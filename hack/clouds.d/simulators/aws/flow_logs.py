"""Flow logs to S3, which is not simulated: every bucket is there that is not called missing-something."""
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from ..messages import Refusal

ARN = "arn:aws:s3:::"
SAME = "Error. There is an existing Flow Log with the same configuration and log destination."


def before_create(network, parameters):
    """moto takes a folder for a part of the bucket's name. -> the destination as it was asked for, or None."""
    destination = parameters.get("LogDestination", "")
    if parameters.get("LogDestinationType") != "s3" or not destination.startswith(ARN):
        return None
    wanted = (parameters.get("ResourceId.1"), destination, parameters.get("TrafficType"))
    if any(wanted == (log.resource_id, log.log_destination, log.traffic_type) for log in network.flow_logs.values()):
        raise Refusal(400, "FlowLogAlreadyExists", SAME)
    bucket = destination.removeprefix(ARN).split("/")[0]
    buckets = s3_backends[network.account_id][network.partition]
    try:
        buckets.get_bucket(bucket)
    except MissingBucket:
        if not bucket.startswith("missing-"):
            buckets.create_bucket(bucket, network.region_name)
    parameters["LogDestination"] = ARN + bucket
    return destination


def created(logs, destination, failure):
    for log in logs:
        log.log_destination = destination or log.log_destination
        if failure:
            log.deliver_logs_status, log.deliver_logs_error_message = "FAILED", failure.get("message", "Access error")
