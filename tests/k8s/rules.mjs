// node rules.mjs ROOT BIN: what a cluster would say to the manifests, asked of the renderings that stand in the repository. Each rule is what a
// run on a real cluster taught; that most of them can fail is shown by the manifests of the time before (seen).

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'

const [root, bin] = process.argv.slice(2)
const text = (path) => readFileSync(join(root, path), 'utf8')
const objectsOf = (path) => parseAllDocuments(text(path)).map((document) => document.toJS()).filter(Boolean)

const name = ({ kind, metadata }) => `${kind}/${metadata.name}`
const ofKind = (objects, ...kinds) => objects.filter(({ kind }) => kinds.includes(kind))

/// The pods that an object makes, as their templates: of ours, not of operators.
const templateOf = (object) => object.spec?.jobTemplate?.spec?.template ?? (object.kind === 'Cluster' ? undefined : object.spec?.template)
const workloads = (objects) => objects.filter((object) => templateOf(object)?.spec?.containers)
const containersOf = (object) => {
  const { containers, initContainers = [] } = templateOf(object).spec
  return [...initContainers, ...containers]
}
const serviceNames = JSON.parse(text('ops/topology.json')).services.map((service) => service.name)
const isServer = (object) => ['StatefulSet', 'RabbitmqCluster'].includes(object.kind) || isDatabase(object)
const isDatabase = ({ apiVersion, kind }) => kind === 'Cluster' && apiVersion.startsWith('postgresql.cnpg.io/')

/// Every image, and where it stands.
function imagesOf(objects) {
  const images = []
  const add = (object, image) => image !== undefined && images.push({ where: name(object), image })
  for (const object of objects) {
    workloads([object]).forEach((one) => containersOf(one).forEach(({ image }) => add(one, image)))
    if (object.kind === 'RabbitmqCluster') {
      add(object, object.spec.image ?? 'the operator’s choice')
      const pod = object.spec.override?.statefulSet?.spec?.template?.spec ?? {}
      ;[...(pod.containers ?? []), ...(pod.initContainers ?? [])].forEach(({ image }) => add(object, image))
    }
    if (isDatabase(object)) {
      add(object, object.spec.imageName ?? 'the operator’s choice')
    }
  }
  return images
}
const repositoryOf = (image) => image.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^/:]*$/, '')
const isRobin = (image) => /(^|\/)robin$/.test(repositoryOf(image))
const robinTags = (objects) => imagesOf(objects).map(({ image }) => image).filter(isRobin).map((image) => image.slice(repositoryOf(image).length + 1))

// --- pods, also those that operators make, by the labels that these document

const podsOf = (objects) => {
  const pods = workloads(objects).map((object) => ({ name: name(object), namespace: 'robin', labels: templateOf(object).metadata?.labels ?? {} }))
  for (const object of objects) {
    const at = { name: name(object), namespace: 'robin' }
    if (object.kind === 'RabbitmqCluster') {
      const { name: its } = object.metadata
      const own = object.spec.override?.statefulSet?.spec?.template?.metadata?.labels
      pods.push({ ...at, labels: { ...own, 'app.kubernetes.io/name': its, 'app.kubernetes.io/component': 'rabbitmq', 'app.kubernetes.io/part-of': 'rabbitmq' } })
    } else if (isDatabase(object)) {
      const { name: its } = object.metadata
      pods.push({ ...at, labels: { 'cnpg.io/cluster': its, 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/component': 'database', 'app.kubernetes.io/instance': its, ...object.spec.inheritedMetadata?.labels } })
    }
  }
  return pods
}
/// Of others, in namespaces of their own.
const strangers = [
  { name: 'the cluster’s DNS', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  { name: 'the RabbitMQ Cluster Operator', namespace: 'rabbitmq-system', labels: { 'app.kubernetes.io/name': 'rabbitmq-cluster-operator', 'app.kubernetes.io/component': 'rabbitmq-operator' } },
  { name: 'CloudNativePG', namespace: 'cnpg-system', labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
  { name: 'KEDA', namespace: 'keda', labels: { app: 'keda-operator' } },
  { name: 'Prometheus', namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } }
]

function selects(selector = {}, labels) {
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const has = key in labels
      return { In: has && values.includes(labels[key]), NotIn: !has || !values.includes(labels[key]), Exists: has, DoesNotExist: !has }[operator]
    })
  )
}
const isPeer = (peer, pod) =>
  peer.ipBlock === undefined &&
  (peer.namespaceSelector === undefined ? pod.namespace === 'robin' : selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })) &&
  selects(peer.podSelector, pod.labels)

/// What policies let through: from pod to pod on a port. `null` as the other side is an address outside of all pods.
function network(objects) {
  const policies = ofKind(objects, 'NetworkPolicy')
  const open = (pod, direction) => policies.filter(({ spec }) => pod.namespace === 'robin' && selects(spec.podSelector, pod.labels) && (spec.policyTypes ?? ['Ingress']).includes(direction))
  const lets = (pod, direction, other, port) => {
    const rules = open(pod, direction)
    const [list, side] = direction === 'Egress' ? ['egress', 'to'] : ['ingress', 'from']
    return (
      rules.length === 0 ||
      rules.some(({ spec }) =>
        (spec[list] ?? []).some(
          (rule) =>
            (rule[side] === undefined || (other !== null && rule[side].some((peer) => isPeer(peer, other)))) &&
            (rule.ports === undefined || rule.ports.some(({ port: first, endPort = first }) => first <= port && port <= endPort))
        )
      )
    )
  }
  return { policies, mayGo: (from, to, port) => lets(from, 'Egress', to, port), mayCome: (to, from, port) => lets(to, 'Ingress', from, port) }
}

/// Where the servers listen. PostgreSQL has one port, with TLS or without.
function portsOf(objects) {
  const tls = ofKind(objects, 'RabbitmqCluster').some(({ spec }) => spec.tls?.disableNonTLSListeners)
  return tls ? { amqp: 5671, management: 15671, metrics: 15691, database: 5432 } : { amqp: 5672, management: 15672, metrics: 15692, database: 5432 }
}
const serverOf = { ROBIN_AMQP_URL_FILE: ['rabbitmq', 'amqp'], ROBIN_MANAGEMENT_URL_FILE: ['rabbitmq', 'management'], ROBIN_DATABASE_URL_FILE: ['database', 'database'] }
const broker = ({ labels }) => labels['app.kubernetes.io/component'] === 'rabbitmq'
const database = ({ labels }) => ['database', 'postgres'].includes(labels['app.kubernetes.io/component'])

const asksKubernetes = (object) => containersOf(object).some(({ env = [] }) => env.some((one) => one.name === 'ROBIN_KUBERNETES_API'))

/// Who must reach whom, and on which port.
function needs(objects) {
  const pods = podsOf(objects)
  const ports = portsOf(objects)
  const servers = { rabbitmq: pods.filter(broker), database: pods.filter(database) }
  const stranger = (words) => strangers.find((one) => one.name.includes(words))
  const wanted = []
  const want = (from, to, port) => to.forEach((one) => wanted.push({ from, to: one, port }))
  for (const object of workloads(objects).filter((one) => !isServer(one))) {
    const pod = pods.find((one) => one.name === name(object))
    const asked = new Set(containersOf(object).flatMap(({ env = [] }) => env.map((one) => one.name)).filter((one) => one in serverOf))
    asked.forEach((variable) => want(pod, servers[serverOf[variable][0]], ports[serverOf[variable][1]]))
    want(pod, [stranger('DNS')], 53)
    if (asksKubernetes(object)) {
      want(pod, [null], 6443)
    }
  }
  for (const pod of pods.filter(({ name }) => name.startsWith('RabbitmqCluster/'))) {
    want(stranger('RabbitMQ'), [pod], ports.management)
    ;[4369, 25672].forEach((port) => want(pod, [pod], port))
    want(pod, [stranger('DNS')], 53)
  }
  for (const pod of pods.filter(({ name }) => name.startsWith('Cluster/'))) {
    ;[8000, 5432].forEach((port) => {
      want(stranger('CloudNativePG'), [pod], port)
      want(pod, [pod], port)
    })
    want(pod, [null], 6443)
    want(pod, [stranger('DNS')], 53)
  }
  if (ofKind(objects, 'ScaledObject').length > 0) {
    want(stranger('KEDA'), servers.rabbitmq, ports.management)
  }
  if (ofKind(objects, 'PodMonitor').length > 0) {
    want(stranger('Prometheus'), pods.filter(({ labels }) => labels['app.kubernetes.io/name'] === 'robin' && serviceNames.includes(labels['app.kubernetes.io/component'])), 9464)
    want(stranger('Prometheus'), servers.rabbitmq, ports.metrics)
    want(stranger('Prometheus'), servers.database, 9187)
  }
  return wanted
}

/// Secrets that robin-secrets prints.
const printed = new Set(
  parseAllDocuments(spawnSync(join(bin, 'robin-secrets'), ['kubernetes', '--tls'], { encoding: 'utf8', timeout: 20_000 }).stdout).map((document) => document.toJS().metadata.name)
)
/// Secrets that whoever takes a component makes himself, as it says.
const documented = ['robin-gateway-tls']

// --- the rules: what each says of a rendering, one line a fault

const rules = {
  'images are known, tagged and one': (objects) => {
    const images = imagesOf(objects)
    const robins = new Set(images.map(({ image }) => image).filter(isRobin))
    return [
      ...images.filter(({ image }) => !/(:[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image) || image.endsWith(':latest')).map(({ where, image }) => `${where}: the image ${image} has no tag`),
      ...(robins.size > 1 ? [`robin is of several images: ${[...robins].join(', ')}`] : [])
    ]
  },

  'files whose modes matter keep them': (objects) =>
    workloads(objects)
      .filter((object) => (object.spec.volumeClaimTemplates ?? []).length > 0 || (templateOf(object).spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim))
      .filter((object) => templateOf(object).spec.securityContext?.fsGroup !== undefined && templateOf(object).spec.securityContext.fsGroupChangePolicy !== 'OnRootMismatch')
      .map((object) => `${name(object)}: fsGroup without fsGroupChangePolicy: OnRootMismatch`),

  'where a server writes there is a volume': (objects) =>
    ofKind(objects, 'StatefulSet')
      .filter(({ metadata }) => metadata.name === 'rabbitmq')
      .filter((object) => !templateOf(object).spec.containers[0].volumeMounts.some(({ mountPath }) => mountPath === '/var/log/rabbitmq'))
      .map((object) => `${name(object)}: a read-only root, and no volume at /var/log/rabbitmq`),

  'a second apply of another version is accepted': (objects) =>
    ofKind(objects, 'Job')
      .filter((object) => containersOf(object).some(({ image }) => isRobin(image) && !object.metadata.name.endsWith(image.slice(repositoryOf(image).length + 1))))
      .map((object) => `${name(object)}: its template changes with the image, its name does not`),

  'no release of robin restarts a server': (objects) => {
    const tags = robinTags(objects)
    const hashed = ofKind(objects, 'ConfigMap', 'Secret').map(({ metadata }) => metadata.name).filter((one) => /-[0-9a-z]{10}$/.test(one))
    return objects.filter(isServer).flatMap((object) => {
      const template = JSON.stringify(isDatabase(object) ? object.spec : (templateOf(object) ?? object.spec))
      return [
        ...imagesOf([object]).filter(({ image }) => isRobin(image)).map(() => `${name(object)}: its pods have robin’s image`),
        ...tags.filter((tag) => template.includes(`"${tag}"`)).slice(0, 1).map((tag) => `${name(object)}: its pods name robin’s version ${tag}`),
        ...hashed.filter((one) => template.includes(`"${one}"`)).map((one) => `${name(object)}: its pods name ${one}, which is another one after each change`)
      ]
    })
  },

  'a second apply takes back no scaling': (objects) => [
    ...ofKind(objects, 'Deployment')
      .filter(({ metadata, spec }) => ['consumer', 'saver'].includes(metadata.name) && spec.replicas !== undefined)
      .map((object) => `${name(object)}: it states ${object.spec.replicas} replicas`),
    ...ofKind(objects, 'ScaledObject').flatMap((object) => {
      const target = ofKind(objects, 'Deployment').find(({ metadata }) => metadata.name === object.spec.scaleTargetRef.name)
      return target === undefined ? [`${name(object)}: there is no ${object.spec.scaleTargetRef.name}`] : target.spec.replicas !== undefined ? [`${name(object)}: its target states replicas`] : []
    })
  ],

  'consumers compute with what is left': (objects) =>
    ofKind(objects, 'Deployment')
      .filter(({ metadata }) => metadata.name === 'consumer')
      .flatMap((object) => containersOf(object).filter(({ resources }) => resources?.limits?.cpu !== undefined || resources?.requests?.cpu === undefined).map(() => `${name(object)}: it asks for no processor, or is throttled by a limit`)),

  'servers rank before control services, consumers last': (objects) => {
    const classes = Object.fromEntries(ofKind(objects, 'PriorityClass').map(({ metadata, value }) => [metadata.name, value]))
    const rank = (object) => {
      const own = isDatabase(object) ? object.spec.priorityClassName : (templateOf(object) ?? object.spec.override?.statefulSet?.spec?.template)?.spec?.priorityClassName
      return own === undefined ? 0 : classes[own]
    }
    const of = (filter) => objects.filter(filter)
    const servers = of(isServer)
    const consumers = of(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'consumer')
    const control = of(({ kind, metadata }) => kind === 'Deployment' && metadata.name !== 'consumer')
    const faults = [...servers, ...control, ...consumers].filter((object) => rank(object) === undefined).map((object) => `${name(object)}: its priority class is not there`)
    const above = (high, low) => high.forEach((one) => low.forEach((other) => rank(one) > rank(other) || faults.push(`${name(one)} does not rank above ${name(other)}`)))
    above(servers, control)
    above(control, consumers)
    return faults
  },

  'each policy selects a pod that there is': (objects) => {
    const pods = podsOf(objects)
    return network(objects).policies.flatMap((policy) => {
      const { podSelector, ingress = [], egress = [] } = policy.spec
      const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)]
      return [
        ...(pods.some(({ labels }) => selects(podSelector, labels)) ? [] : [`${name(policy)}: it selects nobody: ${JSON.stringify(podSelector)}`]),
        ...peers.filter((peer) => ![...pods, ...strangers].some((pod) => isPeer(peer, pod))).map((peer) => `${name(policy)}: nobody is ${JSON.stringify(peer)}`)
      ]
    })
  },

  'each egress meets an ingress': (objects) => {
    const pods = podsOf(objects)
    const { policies, mayCome } = network(objects)
    const faults = new Set()
    for (const policy of policies) {
      for (const from of pods.filter(({ labels }) => selects(policy.spec.podSelector, labels))) {
        for (const { to, ports = [] } of policy.spec.egress ?? []) {
          for (const target of to === undefined ? [] : pods.filter((pod) => to.some((peer) => isPeer(peer, pod)))) {
            ports.filter(({ port }) => !mayCome(target, from, port)).forEach(({ port }) => faults.add(`${name(policy)}: ${from.name} may ask ${target.name} on ${port}, which does not listen to it`))
          }
        }
      }
    }
    return [...faults]
  },

  'who must reach somebody may': (objects) => {
    const { policies, mayGo, mayCome } = network(objects)
    return policies.length === 0
      ? []
      : needs(objects).flatMap(({ from, to, port }) => [
          ...(mayGo(from, to, port) ? [] : [`${from.name} may not ask ${to?.name ?? 'the API server'} on ${port}`]),
          ...(to === null || mayCome(to, from, port) ? [] : [`${to.name} does not listen to ${from.name} on ${port}`])
        ])
  },

  'who asks Kubernetes may, and nobody else has a token': (objects) => {
    const bound = ofKind(objects, 'RoleBinding').flatMap(({ subjects = [] }) => subjects.map((one) => one.name))
    return workloads(objects).flatMap((object) => {
      const { automountServiceAccountToken: token, serviceAccountName: account } = templateOf(object).spec
      if (!asksKubernetes(object)) {
        return token === false && !bound.includes(account) ? [] : [`${name(object)}: it has a token or rights, and no use for them`]
      }
      return token === true && bound.includes(account) ? [] : [`${name(object)}: it is to ask Kubernetes, and has no token or no rights`]
    })
  },

  'what is named is there': (objects) => {
    const made = new Set(objects.map(name))
    const isThere = (kind, one) => made.has(`${kind}/${one}`) || (kind === 'Secret' && (printed.has(one) || documented.includes(one)))
    return objects.flatMap((object) => {
      const named = []
      const visit = (value, key) => {
        if (value === null || typeof value !== 'object') {
          if (key === 'secretName') named.push(['Secret', value])
          if (key === 'claimName') named.push(['PersistentVolumeClaim', value])
          if (key === 'serviceAccountName') named.push(['ServiceAccount', value])
          return
        }
        if (key === 'configMapRef' || key === 'configMap') named.push(['ConfigMap', value.name])
        if (['passwordSecret', 'secretRef'].includes(key) || (key === 'secret' && value.name)) named.push(['Secret', value.name])
        Object.entries(value).forEach(([inner, one]) => visit(one, inner))
      }
      visit(object.spec ?? {}, '')
      return named.filter(([kind, one]) => !isThere(kind, one)).map(([kind, one]) => `${name(object)}: there is no ${kind} ${one}`)
    })
  },

  'a disruption takes one broker at most': (objects) => {
    const pods = podsOf(objects)
    const budgets = ofKind(objects, 'PodDisruptionBudget')
    const idle = budgets.filter(({ spec }) => !pods.some(({ labels }) => selects(spec.selector, labels))).map((budget) => `${name(budget)}: it selects nobody`)
    const bare = pods.filter((pod) => pod.name.startsWith('RabbitmqCluster/') && !budgets.some(({ spec }) => spec.maxUnavailable === 1 && selects(spec.selector, pod.labels)))
    return [...idle, ...bare.map((pod) => `${pod.name}: no PodDisruptionBudget`)]
  },

  'the operators of today take it': (objects) => [
    ...ofKind(objects, 'RabbitmqCluster').flatMap((object) => {
      const [major, minor, patch = 0] = (object.spec.image ?? '').replace(/^.*:/, '').split(/[.-]/).map(Number)
      const recent = major > 4 || (major === 4 && (minor > 2 || (minor === 2 && patch >= 4)))
      return [
        ...(recent || object.metadata.annotations?.['rabbitmq.com/legacy-startup-probe'] === 'true' ? [] : [`${name(object)}: ${object.spec.image} has no health check that the operator asks for (4.2.4 has)`]),
        ...(object.spec.terminationGracePeriodSeconds > 0 ? [] : [`${name(object)}: its nodes may take a week to end`])
      ]
    }),
    ...objects.filter(isDatabase).flatMap((object) => {
      const roles = object.spec.managed?.roles ?? []
      const at = (role) => roles.findIndex(({ name: one }) => one === role)
      return [
        ...(object.spec.postgresql?.synchronous?.dataDurability ? [] : [`${name(object)}: no spec.postgresql.synchronous, so what is saved may be on one instance`]),
        ...(object.spec.minSyncReplicas === undefined ? [] : [`${name(object)}: minSyncReplicas is deprecated`]),
        ...(object.spec.backup?.barmanObjectStore === undefined ? [] : [`${name(object)}: spec.backup.barmanObjectStore goes`]),
        ...roles.flatMap(({ name: role, inRoles = [] }, i) => inRoles.filter((group) => at(group) < 0 || at(group) > i).map((group) => `${name(object)}: ${role} is in ${group}, which is not listed before it`)),
        ...(roles[at('robin_gateway')]?.inRoles?.includes('robin_operator') ? [] : [`${name(object)}: robin_gateway is no member of robin_operator, and the migration may not make it one`])
      ]
    })
  ]
}

/// What holds of some renderings only.
const onlyOf = {
  'nothing is asked for that need not be there': (objects) =>
    objects
      .filter(({ apiVersion }) => apiVersion.includes('/') && !/^(apps|batch|policy|networking\.k8s\.io|rbac\.authorization\.k8s\.io|scheduling\.k8s\.io|rabbitmq\.com|postgresql\.cnpg\.io)\//.test(apiVersion))
      .map((object) => `${name(object)}: ${object.apiVersion} is of no documented prerequisite`),

  'deleting the services leaves the ledger': (objects) =>
    objects.filter((object) => ['Namespace', 'PersistentVolumeClaim', 'PriorityClass'].includes(object.kind) || isServer(object)).map((object) => `${name(object)} goes with the services`),

  /// Without any setting a program that understands its words ends with the name of the first that is missing.
  'each program understands its words': (objects) =>
    workloads(objects).flatMap((object) =>
      containersOf(object)
        .filter(({ args: [program] = [''] }) => program.startsWith('robin'))
        .flatMap(({ args: [program, ...words] }) => {
          const path = join(bin, program)
          if (!existsSync(path)) {
            return [`${name(object)}: there is no program ${program}`]
          }
          const { status, stderr } = spawnSync(path, words, { env: {}, encoding: 'utf8', timeout: 20_000 })
          return status === 2 && /ROBIN_[A-Z_]+.*must be set/.test(stderr) ? [] : [`${name(object)}: ${[program, ...words].join(' ')} says: ${stderr.trim()}`]
        })
    ),

  'what talks to the servers with TLS asks for it': (objects) =>
    workloads(objects)
      .filter((object) => containersOf(object).some(({ env = [] }) => env.some((one) => one.name in serverOf)))
      .filter((object) => !(templateOf(object).spec.volumes ?? []).some((volume) => volume.secret?.secretName === 'robin-ca'))
      .map((object) => `${name(object)}: it has no authority to check the servers by`),

  'the alerts are those of ops/monitoring': (objects) => {
    const groups = parse(text('ops/monitoring/rules.yml')).groups
    return ofKind(objects, 'PrometheusRule').some(({ spec }) => isDeepStrictEqual(spec.groups, groups)) ? [] : ['no PrometheusRule has the groups of ops/monitoring/rules.yml (tests/k8s/run --write)']
  }
}

let failed = false
const complain = (line) => {
  console.error(line)
  failed = true
}

const services = objectsOf('tests/k8s/renderings/production.yaml')
const servers = objectsOf('tests/k8s/renderings/production-servers.yaml')
const renderings = {
  local: objectsOf('k8s/robin.yaml'),
  production: [...servers, ...services],
  'production with every component': [...objectsOf('tests/k8s/renderings/everything-servers.yaml'), ...objectsOf('tests/k8s/renderings/everything.yaml')]
}
for (const [what, objects] of Object.entries(renderings)) {
  for (const [rule, faults] of Object.entries(rules)) {
    faults(objects).forEach((fault) => complain(`${what}: ${rule}: ${fault}`))
  }
}
const special = [
  ['nothing is asked for that need not be there', renderings.production],
  ['nothing is asked for that need not be there', renderings.local],
  ['deleting the services leaves the ledger', services],
  ['each program understands its words', renderings.local],
  ['what talks to the servers with TLS asks for it', renderings['production with every component']],
  ['the alerts are those of ops/monitoring', renderings['production with every component']]
]
special.forEach(([rule, objects]) => onlyOf[rule](objects).forEach((fault) => complain(`${rule}: ${fault}`)))

// The manifests that no cluster could run: each rule must say so of what was seen there.
const seen = {
  local: [
    ['K1', 'images are known, tagged and one'],
    ['K2', 'where a server writes there is a volume'],
    ['K3', 'files whose modes matter keep them'],
    ['K4', 'a second apply of another version is accepted'],
    ['K5', 'no release of robin restarts a server'],
    ['K6', 'a second apply takes back no scaling'],
    ['K7', 'consumers compute with what is left'],
    ['K8', 'servers rank before control services, consumers last']
  ],
  production: [
    ['K4', 'a second apply of another version is accepted'],
    ['K6', 'a second apply takes back no scaling'],
    ['K12', 'nothing is asked for that need not be there'],
    ['K13', 'each policy selects a pod that there is'],
    ['K13', 'who must reach somebody may'],
    ['K14', 'the operators of today take it'],
    ['K15', 'servers rank before control services, consumers last'],
    ['K16', 'a disruption takes one broker at most'],
    ['the loss of the ledger by delete -k', 'deleting the services leaves the ledger']
  ]
}
for (const [what, faults] of Object.entries(seen)) {
  const objects = objectsOf(`tests/k8s/renderings/a75e3a6/${what}.yaml`)
  faults
    .filter(([, rule]) => (rules[rule] ?? onlyOf[rule])(objects).length === 0)
    .forEach(([fault, rule]) => complain(`the rule "${rule}" does not see ${fault} in the manifests of a75e3a6`))
}
console.log(`${Object.keys(rules).length + Object.keys(onlyOf).length} rules, ${Object.keys(renderings).length} renderings${failed ? '' : ': all hold'}`)
process.exit(failed ? 1 : 0)
