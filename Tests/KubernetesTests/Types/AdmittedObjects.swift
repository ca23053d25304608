/// Objects as the API server admits and shows them, which our own programs would not write: members left out, ports and
/// targets by name, percentages, empty selectors, and what admission webhooks add.
enum AdmittedObjects {
  static let services = [
    "one port without a name": #"{"ports":[{"port":80,"targetPort":80,"protocol":"TCP"}]}"#,
    "headless, without ports": #"{"clusterIP":"None","selector":{"app":"db"},"type":"ClusterIP"}"#,
    "target port by name":
      #"{"ports":[{"name":"web","port":80,"targetPort":"http","protocol":"TCP","nodePort":30080}]}"#,
    "no protocol": #"{"ports":[{"name":"web","port":80}]}"#,
    "selector null": #"{"ports":[{"port":53,"protocol":"UDP"}],"selector":null}"#,
  ]

  static let networkPolicies = [
    "denies everything": #"{"podSelector":{},"policyTypes":["Ingress","Egress"]}"#,
    "admits everything": #"{"podSelector":{},"ingress":[{}],"policyTypes":["Ingress"]}"#,
    "nothing but a selector": #"{"podSelector":{"matchExpressions":[{"key":"app","operator":"Exists"}]}}"#,
    "ranges, port ranges, port names": """
    {"podSelector":{"matchLabels":{"app":"db"}},"policyTypes":["Ingress","Egress"],
     "ingress":[{"ports":[{"port":"postgres"},{"protocol":"TCP","port":8000,"endPort":8010},{"protocol":"UDP"}]}],
     "egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}},
       {"namespaceSelector":{},"podSelector":{}}]},{}]}
    """,
  ]

  static let disruptionBudgets = [
    "a percentage": #"{"maxUnavailable":"50%","selector":{"matchLabels":{"app":"a"}}}"#,
    "at least so many": #"{"minAvailable":1,"selector":{"matchLabels":{"app":"a"}}}"#,
    "an empty selector": #"{"minAvailable":"100%","selector":{}}"#,
    "no selector": #"{"maxUnavailable":0}"#,
    "nothing": "{}",
  ]

  /// As a service mesh and a secrets injector leave it: init and sidecar containers, other kinds of probes, volumes and
  /// variables, ports without names.
  static let mutatedDeployment = """
    {"apiVersion":"apps/v1","kind":"Deployment",
     "metadata":{"name":"web","namespace":"team","managedFields":[{"manager":"kubectl"}],"creationTimestamp":null},
     "spec":{"replicas":2,"selector":{"matchExpressions":[{"key":"app","operator":"In","values":["web"]}]},
      "strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}},
      "template":{"metadata":{"creationTimestamp":null,"labels":{"app":"web"}},
       "spec":{"initContainers":[{"name":"init","image":"istio/proxyv2"}],
        "imagePullSecrets":[{}],
        "securityContext":{},
        "containers":[
         {"name":"web","image":"web:1","ports":[{"containerPort":8080,"protocol":"TCP"}],
          "env":[{"name":"EMPTY"},
           {"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password","optional":true}}},
           {"name":"MODE","valueFrom":{"configMapKeyRef":{"name":"modes","key":"mode"}}},
           {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"0"}}},
           {"name":"IP","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}],
          "livenessProbe":{"tcpSocket":{"port":"http"}},
          "readinessProbe":{"httpGet":{"port":"http","scheme":"HTTP"},"periodSeconds":10},
          "startupProbe":{"exec":{"command":["true"]}},
          "securityContext":{"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}},
         {"name":"injected","ports":[{"containerPort":15090,"name":"metrics"}],
          "securityContext":{"capabilities":{}},"resources":{"limits":{"cpu":2,"memory":"1Gi"}}}],
        "volumes":[{"name":"token","projected":{"sources":[]}},{"name":"all","secret":{}},
         {"name":"socket","hostPath":{"path":"/run/x"}},{"name":"scratch","emptyDir":{}}]}}},
     "status":{}}
    """

  /// An event that was written through the core group, read as events.k8s.io/v1.
  static let oldEvent = """
    {"metadata":{"name":"web.1","namespace":"team"},"eventTime":null,"reason":"Scheduled","regarding":{"kind":"Pod"},
     "note":"assigned","type":"Normal","deprecatedSource":{"component":"default-scheduler"},"deprecatedCount":1}
    """
}
