import Foundations
import HTTPTransport
import Testing

@testable import AWS

@Suite struct RequestSignerTests {
  private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  private let signer = RequestSigner(region: "us-east-1", service: "service")
  /// 2015-08-30T12:36:00Z
  private let time = Timestamp(seconds: 1_440_938_160)

  @Test(arguments: SigningVector.all) func signaturesAreThoseOfBotocore(vector: SigningVector) {
    var request = HTTPRequest(method: vector.method, url: vector.url, body: Array(vector.body.utf8))
    for (name, value) in vector.headers { request.headers.add(name, value) }
    let credentials = AWSCredentials(
      accessKeyID: "AKIDEXAMPLE",
      secretAccessKey: Self.secret,
      sessionToken: vector.token
    )
    let signed = signer.sign(request, with: credentials, at: time)
    #expect(
      signed.headers["Authorization"]
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=\(vector.signedHeaders), Signature=\(vector.signature)",
      "\(vector.name)"
    )
  }

  @Test func signingASecondTimeReplacesTheFirstSignature() {
    let request = HTTPRequest(method: "POST", url: "https://example.amazonaws.com/", body: [])
    let credentials = AWSCredentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T")
    let first = signer.sign(request, with: credentials, at: time)
    let other = AWSCredentials(accessKeyID: "B", secretAccessKey: "S")
    let second = signer.sign(first, with: other, at: time)
    #expect(second.headers == signer.sign(request, with: other, at: time).headers)
    #expect(second.headers["X-Amz-Security-Token"] == nil)
  }

  @Test func aUrlThatIsNoneIsLeftToTheTransportToRefuse() {
    let signed = signer.sign(
      HTTPRequest(url: "not a url"),
      with: AWSCredentials(accessKeyID: "A", secretAccessKey: "S"),
      at: time
    )
    #expect(signed.headers == [:])
  }

  @Test func credentialsShowNoSecretHoweverTheyArePrinted() {
    let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hidden1", sessionToken: "hidden2")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), "\([credentials])", dumped] {
      #expect(text.contains("AKID"))
      #expect(!text.contains("hidden"))
    }
  }
}
