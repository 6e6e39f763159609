"""What is known of a cluster, read from its API server.

`connection.connect` finds the cluster that Pulumi's Kubernetes provider would use, as a
`client.Cluster`, which reads and writes objects as dictionaries.

Underneath is the official client library: it reads a user's kubeconfig as the provider's client-go
does, with exec plugins of every version, client certificates, `tls-server-name` and `proxy-url`.
"""
