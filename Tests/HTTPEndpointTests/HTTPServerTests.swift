internal import HTTPEndpoint
internal import Testing

@Suite struct HTTPServerTests {}
