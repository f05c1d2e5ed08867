"""The vendor's field names. See https://docs.aws.amazon.com/bedrock/latest/APIReference."""
