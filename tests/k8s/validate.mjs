// node validate.mjs FILE...: every object of rendered manifests against the Kubernetes OpenAPI schemas, with nothing in it that
// they do not know; custom resources against the fields that their operators require; and what this project asks of each workload.

import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

const complaints = []

/// Passes everything on, and remembers what was asked for: a schema asks for each property it knows, and for all of a map.
function watched(value, path, unread) {
  if (value === null || typeof value !== 'object') {
    return value
  }
  const known = new Set()
  const children = new Map()
  const keys = Object.keys(value)
  unread.push(() => keys.filter((key) => !known.has(key)).map((key) => `${path}/${key}`))
  return new Proxy(value, {
    get(target, key) {
      known.add(key)
      if (!children.has(key)) {
        children.set(key, watched(target[key], `${path}/${String(key)}`, unread))
      }
      return children.get(key)
    },
    ownKeys(target) {
      keys.forEach((key) => known.add(key))
      return Reflect.ownKeys(target)
    }
  })
}

const schemaName = ({ apiVersion, kind }) => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  const capital = (word) => word[0].toUpperCase() + word.slice(1)
  return `IoK8sApi${capital(group.split('.')[0])}${capital(version)}${kind}`
}

/// What the operators refuse to do without.
const required = {
  'rabbitmq.com/v1beta1/RabbitmqCluster': ['spec.replicas', 'spec.persistence.storage'],
  'postgresql.cnpg.io/v1/Cluster': ['spec.instances', 'spec.storage.size', 'spec.bootstrap.initdb.database', 'spec.bootstrap.initdb.owner'],
  'keda.sh/v1alpha1/ScaledObject': ['spec.scaleTargetRef.name', 'spec.triggers.0.type', 'spec.triggers.0.metadata.mode', 'spec.triggers.0.metadata.value'],
  'keda.sh/v1alpha1/TriggerAuthentication': ['spec.secretTargetRef.0.parameter', 'spec.secretTargetRef.0.name', 'spec.secretTargetRef.0.key'],
  'barmancloud.cnpg.io/v1/ObjectStore': ['spec.configuration.destinationPath'],
  'postgresql.cnpg.io/v1/ScheduledBackup': ['spec.schedule', 'spec.cluster.name'],
  'monitoring.coreos.com/v1/PrometheusRule': ['spec.groups.0.name', 'spec.groups.0.rules.0.alert'],
  'gateway.networking.k8s.io/v1/HTTPRoute': ['spec.parentRefs.0.name', 'spec.rules.0.backendRefs.0.name'],
  'monitoring.coreos.com/v1/PodMonitor': ['spec.selector.matchLabels', 'spec.podMetricsEndpoints.0.port']
}

const at = (object, path) => path.split('.').reduce((inner, key) => inner?.[key], object)

async function check(object) {
  const name = `${object.kind}/${object.metadata?.name}`
  const fields = required[`${object.apiVersion}/${object.kind}`]
  if (fields) {
    fields.filter((field) => at(object, field) === undefined).forEach((field) => complaints.push(`${name}: ${field} is missing`))
    return
  }
  const schema = await import(`./node_modules/kubernetes-models/_schemas/${schemaName(object)}.mjs`).catch(() => null)
  if (schema === null) {
    complaints.push(`${name}: there is no schema for ${object.apiVersion}`)
    return
  }
  const unread = []
  if (!schema.validate(watched(object, '', unread))) {
    schema.validate.errors.forEach((error) => complaints.push(`${name}: ${error.instancePath} ${error.message}`))
  }
  unread.flatMap((unknown) => unknown()).forEach((path) => complaints.push(`${name}: ${path} is known to nobody`))
}

const templates = (object) =>
  [object.spec?.template, object.spec?.jobTemplate?.spec?.template].filter((template) => template !== undefined)

/// The restricted Pod Security standard, and what every workload here promises.
function house(object) {
  for (const template of templates(object)) {
    const name = `${object.kind}/${object.metadata.name}`
    const pod = template.spec
    const want = (holds, what) => holds || complaints.push(`${name}: ${what}`)
    want(pod.securityContext?.runAsNonRoot === true && pod.securityContext.runAsUser > 0, 'runs as a numbered user that is not root')
    want(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'seccompProfile')
    want(['robin', 'rabbitmq', 'postgresql'].includes(template.metadata.labels['app.kubernetes.io/name']), 'app.kubernetes.io/name')
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
      const context = container.securityContext ?? {}
      want(context.allowPrivilegeEscalation === false, `${container.name}: allowPrivilegeEscalation`)
      want(context.readOnlyRootFilesystem === true, `${container.name}: readOnlyRootFilesystem`)
      want(context.capabilities?.drop?.includes('ALL'), `${container.name}: drops all capabilities`)
      want(container.resources?.requests && container.resources?.limits, `${container.name}: requests and limits`)
      want(!(container.env ?? []).some(({ name, value }) => /PASSWORD$|_URL$|TOKEN$/.test(name) && value), `${container.name}: a secret as a value`)
    }
    if (object.kind === 'Deployment') {
      want(pod.containers[0].livenessProbe && pod.containers[0].readinessProbe, 'probes')
    }
  }
}

for (const file of process.argv.slice(2)) {
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()).filter(Boolean)
  // Long ones are printed on several lines, which every decoder takes and the schema does not.
  objects.filter(({ kind, data }) => kind === 'Secret' && data).forEach(({ data }) => Object.keys(data).forEach((key) => (data[key] = data[key].replace(/\s/g, ''))))
  for (const object of objects) {
    await check(object)
    house(object)
  }
  console.log(`${file}: ${objects.length} objects`)
  objects.length > 0 || complaints.push(`${file}: no object`)
}
complaints.forEach((complaint) => console.error(complaint))
process.exit(complaints.length > 0 ? 1 : 0)
