/** A Knative Service, as much of it as decides how it scales. */
export const SERVICE_YAML = `
spec:
  template:
    metadata:
      annotations: { autoscaling.knative.dev/minScale: "1", autoscaling.knative.dev/maxScale: "10" }
    spec:
      containerConcurrency: 16
      timeoutSeconds: 60
      containers:
        - resources: { requests: { cpu: 250m, memory: 256Mi }, limits: { cpu: "1", memory: 512Mi } }
`
