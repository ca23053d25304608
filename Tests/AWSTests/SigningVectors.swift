// Written by hack/aws-signing-vectors with botocore 1.43.11; do not edit.
struct SigningVector: Sendable {
  var name, method, url, body: String
  var headers: [String: String]
  var token: String?
  var signedHeaders, signature: String

  static let all: [SigningVector] = [
    SigningVector(
      name: "get-vanilla",
      method: "GET",
      url: "https://example.amazonaws.com/",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    ),
    SigningVector(
      name: "post-vanilla",
      method: "POST",
      url: "https://example.amazonaws.com/",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    ),
    SigningVector(
      name: "get-vanilla-query-order-key-case",
      method: "GET",
      url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
    ),
    SigningVector(
      name: "get-vanilla-empty-query-key",
      method: "GET",
      url: "https://example.amazonaws.com/?Param1=value1",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"
    ),
    SigningVector(
      name: "get-vanilla-utf8-query",
      method: "GET",
      url: "https://example.amazonaws.com/?%E1%88%B4=bar",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"
    ),
    SigningVector(
      name: "get-header-value-trim",
      method: "GET",
      url: "https://example.amazonaws.com/",
      body: "",
      headers: ["My-Header1": " value1", "My-Header2": " \"a   b   c\""],
      token: nil,
      signedHeaders: "host;my-header1;my-header2;x-amz-date",
      signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
    ),
    SigningVector(
      name: "post-header-key-sort",
      method: "POST",
      url: "https://example.amazonaws.com/",
      body: "",
      headers: ["My-Header1": "value1"],
      token: nil,
      signedHeaders: "host;my-header1;x-amz-date",
      signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"
    ),
    SigningVector(
      name: "post-x-www-form-urlencoded",
      method: "POST",
      url: "https://example.amazonaws.com/",
      body: "Param1=value1",
      headers: ["Content-Type": "application/x-www-form-urlencoded"],
      token: nil,
      signedHeaders: "content-type;host;x-amz-date",
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    ),
    SigningVector(
      name: "query with equal keys",
      method: "GET",
      url: "https://example.amazonaws.com/?a=2&a=1&A=3",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "4d1f67803981a93685d2ea0d834fa31fd65991b2ab5e6a99931516d27c8c30ed"
    ),
    SigningVector(
      name: "query without a value",
      method: "GET",
      url: "https://example.amazonaws.com/?flag=&b=1",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "ce1b2410afb7b07fdc31557888274f5d15df4e84852756754dd474002361ce85"
    ),
    SigningVector(
      name: "query with reserved characters",
      method: "GET",
      url: "https://example.amazonaws.com/?key=a%2Fb%20c%2B%3D%26",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "3ffc59c2c8c03c2d49ca404fe72ac7aca62b14040a2f4e1703ec6ee71ea54560"
    ),
    SigningVector(
      name: "encoded path",
      method: "GET",
      url: "https://example.amazonaws.com/a%20b/c",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "38716947ba65b7b62d1fac41d2244cf69dad6f76e6fa83456331ce9315514e6f"
    ),
    SigningVector(
      name: "dots in the path",
      method: "GET",
      url: "https://example.amazonaws.com/a/../b/./c",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "f074de1c131db8339b6ec776322d4faa6be9be77632589ffc687fd35e4031d7e"
    ),
    SigningVector(
      name: "trailing slash",
      method: "GET",
      url: "https://example.amazonaws.com/clusters/",
      body: "",
      headers: [:],
      token: nil,
      signedHeaders: "host;x-amz-date",
      signature: "0674038c4c18aaf38fd394dfe8cf650fcafebf9b7f1b09b0253106e321db7651"
    ),
    SigningVector(
      name: "port of an emulator",
      method: "POST",
      url: "http://127.0.0.1:5000/",
      body: "Action=DescribeVpcs&Version=2016-11-15",
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      token: nil,
      signedHeaders: "content-type;host;x-amz-date",
      signature: "aad58a267758427aa8ebf1398449dca881bb67ae25b2800879cc519c421bc4c8"
    ),
    SigningVector(
      name: "default port",
      method: "POST",
      url: "https://ec2.eu-west-1.amazonaws.com:443/",
      body: "Action=DescribeVpcs",
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      token: nil,
      signedHeaders: "content-type;host;x-amz-date",
      signature: "4d63b722ab61221ca834b04bccfb1cd1d76af03e93f96bd41c5ecb06429992c4"
    ),
    SigningVector(
      name: "session token",
      method: "POST",
      url: "https://example.amazonaws.com/",
      body: "Action=CreateVpc&CidrBlock=10.0.0.0%2F16",
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      token: "AQoDYXdzEPT//////w==",
      signedHeaders: "content-type;host;x-amz-date;x-amz-security-token",
      signature: "3cb6a3989336f38ed12306162466890921f04b7383a9bae83c712883e69dcd0a"
    ),
    SigningVector(
      name: "token and target",
      method: "POST",
      url: "https://example.amazonaws.com/x",
      body: "{}",
      headers: ["X-Amz-Target": "T.Op", "Content-Type": "application/x-www-form-urlencoded"],
      token: "short",
      signedHeaders: "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
      signature: "f4a8222f815b453ab43e19a8330e933087face121e96eed2d0fbd1b0f7c129a5"
    ),
    SigningVector(
      name: "body beyond ASCII",
      method: "POST",
      url: "https://example.amazonaws.com/",
      body: "Name=über☃",
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      token: nil,
      signedHeaders: "content-type;host;x-amz-date",
      signature: "425daeee104134d47da11518e805e3e33cfcdd84e559d53f62996a4ee4ef2aec"
    ),
    SigningVector(
      name: "put",
      method: "PUT",
      url: "https://example.amazonaws.com/tags?x=1",
      body: "{\"a\": 1}",
      headers: ["Content-Type": "application/json"],
      token: nil,
      signedHeaders: "content-type;host;x-amz-date",
      signature: "d87697eed1781655e0510867f496a297e1fdfaaf7f9112e375e14ffbde6f493d"
    ),
  ]
}
