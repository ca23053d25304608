/// Made for these tests with `openssl genpkey`; they open nothing.
enum TestKeys {
  static let rsa = """
    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCUVHzZ3lFl5yfF
    bKf8D55SNU6+FmMdO3fZSM7LYynOTDDu8bwR62DYdTalN1xXRjLF9KjQ4/53aiJJ
    yJ6ZGYtOdcaEYandwH0oBbikOnBJ1OxW5s+xQ6w6njG9Wk5Vv0owVGx6xhYcGoQN
    uX09SpHNIJ3TrcSsIZLutJVyxyYHD0Ox4rTdPvzcYpkaMKYmiSnqwgJEnx72ojDF
    9UNpFA7pPAHKBu0oSGQQyiy5vE0XylS/IaGBNdv+n+oTd6DdGdKRpDgL+wYBT/ql
    2S+wEFgwR9kmsUiRZfomeFRATyI+fNxSbH+Y2YHX7LFAI6ap7i5FOqqnnRqd8LnL
    wwG80eXXAgMBAAECggEAQeknD2LAFcF5BTuqi5FfHxWL92CYSzmNIHK/XVYjkgV+
    KvckxGusvZKcJR8r+6X4UslMKIJfJS32rYWln89ffQ5Nl66UHjL2Ck48hVFoaw5f
    tJ/cg17YTbXU0Viq/WRCcaZaC9Ywpe1MZ5LYaV9U2WsYZqLNBVXn5gU9cWK37aN4
    E5k7RUbm/pyldfsgk37XdJ+N2R8b9TEbSpRUjKOx24hYdbd4HcLMjQ5BnP5k8pjZ
    OmnEjgwxQs50vWHy/VDIe6oMqZ394xbtehV5XfZ8RseBm4htDhoSkHcStag+ycaQ
    kIxRIHrX+bNIiegfFuygMB+gKen1XIio/zxHTxsutQKBgQDGF5HxXiQvTBWLOMLX
    9C/THEOVbd+E42sll3J9WUh4aua0AwIh0vVUqyKCLePJ3MF2swb1nat+98xU6Xyy
    tDOxnbXsYyCN0lpsln0UdwrvW3MdcGYxNbwGnmxu/8CGCIed7hBk5ri4f/pH5XAF
    hGBuwqaDpW1d6ecbmfe0ULWoYwKBgQC/sOwvdKjmFdpy0J7HO7q8mFe7nr0PhXRo
    XvAjalehCBdj/blm3boaRuS1LS6zvPI7kwC1TiuQyEGiPLzuI81jj5WGC9uhOyzz
    BHANkR1V+Q4iLCITwyyE2MDRCAqss7lm7NraLYdQQCBHlBu5qejqgONdBMLW1pgG
    BeZEhu5U/QKBgHgVt8pbaJInjHPej/d8NzXCT5IZjkOv3bdnLOeiJVWicIK1xCgf
    C8wtBnlmOk2X/svnUZO55knNDFh5RrfKl//XfH51xTlUSK7FN8QdOkrJ5Gn3RmwU
    iAx3I4LSlbJrH1N1Cwkv+NEX+/BzvUoK6q6aX3k04qzo68oGt2ve9ZDDAoGAC/7B
    ONL/Aq7ZZZfiZ6s4KzcJPmdXg1Ihj6ppMn4kD6KW/B3TbTlwvNY015WFN6AaNFol
    kDLdDQlK+iD83ZYF8zX38FRroPI4BNkBPggXotqb5M2IMF5lOcbqgeoT6OyyLFuj
    8kUpE39/xZriBUM5nPsFvzteCd2R08aoux8KaO0CgYEAvv01h3+sUIej8sSv1NIH
    B7JEdfBM4g/XnL++oLuQ9cTGKowcCGG+sD5Gk1XYrvsjk3EbVWT3QrCfkLVOilpe
    EZWnv715rZDC6k1PZGMBIeiCqlZr1PF0xway9URPlR4eRdbRCUn3CoYkQSdxNatw
    8+GqbwqG9TE9e/sCWJxZiB4=
    -----END PRIVATE KEY-----
    """
  static let elliptic = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgp6xHx+leCShjtEqA
    is7eoI3baSplJVmNCWIGtxLqKRihRANCAARYtfRWCFsIKJ/vvN0aOwnsSFmzwW/l
    gCThZT/EyNXB5l6+IzX90KUWJVIxfhIHcfYImcZSRhRjrGRa2bGDt1UT
    -----END PRIVATE KEY-----
    """

  /// What `openssl dgst -sha256 -sign` makes of header and claims with the key above; PKCS #1 v1.5 signatures of the
  /// same bytes are always the same.
  static let assertion = [
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIiwidHlwIjoiSldUIn0",
    "eyJhdWQiOiJodHRwczovL29hdXRoMi5nb29nbGVhcGlzLmNvbS90b2tlbiIsImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1"
      + "NjAwLCJpc3MiOiJjbG91ZGxpbmtlckBkZW1vLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwic2NvcGUiOiJodHRwczovL3d3dy5n"
      + "b29nbGVhcGlzLmNvbS9hdXRoL2Nsb3VkLXBsYXRmb3JtIn0",
    "GD6GWwqe5qjSU9yFkfvu2OnhI06V-0n36q-EkIgABQgvrlpD0pBV6MGsO12wxZR-wHuFqQ8A_SQMZJocB6V4j-CzAMajBVS-vdHD"
      + "9apnfcJqFdSYnRy6QZ16RQ4X1-vKuQJYvqm2n578gPbw7iaueoS9OaGpEOP4OoEKcPYsticA41i6N_9VyT0vPL9p29LrhNvfoh47"
      + "uEpe2GupeSL8dwVsyckim2jIT2VXxl93V0J9IM2HdoLIry7J7rtKa96BvI-EuZH4Emp0QY89-P360t0E0II7X3zR1ns7QmcfUnG1"
      + "tbSK9SZsxNLMrbif73B8r46yQ7v2PXkoAN6kdUO-VA",
  ].joined(separator: ".")

  /// A service account's key file with that key.
  static func file(type: String = "service_account", tokenURL: String = "https://oauth2.googleapis.com/token")
    -> [UInt8]
  {
    let pem = rsa.split(separator: "\n").joined(separator: #"\n"#)
    return Array(
      #"""
      {"type":"\#(type)","project_id":"demo","private_key_id":"key-1","private_key":"\#(pem)\n",
      "client_email":"cloudlinker@demo.iam.gserviceaccount.com","token_uri":"\#(tokenURL)"}
      """#.utf8
    )
  }
}
