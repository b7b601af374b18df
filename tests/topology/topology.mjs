// node topology.mjs ROOT BIN: what cannot be made from ops/topology.json, for it is a file of its own or history, is compared with it, and
// ops/env.example with the settings that the services declare. Each check is shown to be red: it is asked again with each of its planted
// differences (ROBIN_SHOW_PLANTS=1 prints what it then says).

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'

const [root, bin] = process.argv.slice(2)
/// What stands in a file, or what is planted there.
let planted = {}
const text = (path) => planted[path] ?? readFileSync(join(root, path), 'utf8')
const folder = (path) => readdirSync(join(root, path)).map((name) => `${path}/${name}`).sort()
const objectsOf = (path) => parseAllDocuments(text(path)).map((document) => document.toJS()).filter(Boolean)
const run = (program, ...words) => {
  const { status, stdout, stderr } = spawnSync(join(bin, program), words, { encoding: 'utf8', timeout: 20_000 })
  if (status !== 0) {
    throw new Error(`${program} ${words.join(' ')} ends with ${status}: ${stderr}`)
  }
  return stdout
}

// --- what the topology says

const topology = () => JSON.parse(text('ops/topology.json'))
const names = (list) => list.map(({ name }) => name)
const settingsOf = ({ addresses, tokens = [] }) => [...Object.keys(addresses), ...tokens]
const variableOf = (setting) => `ROBIN_${setting.toUpperCase().replaceAll('-', '_')}`
/// The variables that name files with a client's secrets.
const fileVariablesOf = (client, home) => Object.fromEntries(settingsOf(client).map((setting) => [`${variableOf(setting)}_FILE`, `${home}/${setting}`]))
const usersOf = ({ postgres }) => postgres.roles.filter(({ user }) => user).map(({ user }) => user)
const owner = ({ postgres }) => ({ name: 'owner', addresses: { 'database-url': postgres.owner } })

/// Of two lists, whose order says nothing, or of two objects: a fault for each entry that only one has, or that the other has otherwise.
function differences(what, is, should) {
  if (Array.isArray(is)) {
    const only = (these, those, fault) => [...new Set(these)].filter((one) => !those.includes(one)).map((one) => `${what}: ${one} ${fault}`)
    return [...only(should, is, 'is missing'), ...only(is, should, 'should not be there')]
  }
  return [...new Set([...Object.keys(is), ...Object.keys(should)])].filter((key) => !isDeepStrictEqual(is[key], should[key])).map((key) => `${what}: ${key} is ${JSON.stringify(is[key])}, not ${JSON.stringify(should[key])}`)
}
const ofFiles = (env) => Object.fromEntries(Object.entries(env).filter(([name]) => name.endsWith('_FILE')))
const unless = (holds, fault) => (holds ? [] : [fault])

// --- RabbitMQ's rights, as it reads them

function mayOf({ name, tags, configure, write, read }) {
  const matches = (right) => (thing) => new RegExp(right).test(thing === 'default' ? 'amq.default' : thing)
  const [mayConfigure, mayWrite, mayRead] = [configure, write, read].map(matches)
  const reply = 'robin.reply.permissions'
  const queues = ['robin.blocks', 'robin.results', 'robin.dead']
  const can = []
  const note = (holds, what) => holds && can.push(`rabbitmq ${name} ${what}`)
  ;['robin.ingress', 'robin.results', 'robin.replies', 'amq.direct', 'default'].forEach((exchange) => note(mayWrite(exchange), `publish ${exchange}`))
  queues.forEach((queue) => note(mayRead(queue), `consume ${queue}`))
  ;[reply, 'robin.other', 'other'].forEach((queue) => note(mayConfigure(queue), `declare ${queue}`))
  note(mayConfigure(reply) && mayWrite(reply) && mayRead('robin.replies') && mayRead(reply), 'bind its reply queue to robin.replies, and consume it')
  queues.forEach((queue) => ['robin.ingress', 'robin.results', 'robin.replies'].forEach((exchange) => note(mayWrite(queue) && mayRead(exchange), `bind ${queue} to ${exchange}`)))
  note(tags.some((tag) => ['monitoring', 'administrator'].includes(tag)), 'GET /api/queues/robin/robin.blocks')
  note(tags.includes('administrator'), 'GET /api/users')
  return can
}

// --- the settings that services declare

const helps = {}
/// The settings that a program's --help lists: their variable, default and whether they are secret.
function declared(program) {
  helps[program] ??= run(program, '--help')
  return [...helps[program].matchAll(/^ +--[a-z-]+ TEXT(?:=(\S+))?\s+.*\((ROBIN_[A-Z_]+)(\[_FILE\])?\)/gm)].map(([, value = '', variable, isSecret]) => ({ variable, value, isSecret: isSecret !== undefined }))
}

// --- the checks: what is wrong, one line a fault; and differences that each must see: file, what stands there, what is planted

const checks = {
  'each service is told what the topology says': {
    faults: () =>
      topology().services.flatMap((service) =>
        differences(
          `robin-${service.name} --help`,
          declared(`robin-${service.name}`).filter(({ variable }) => /_(URL|TOKEN)$/.test(variable)).map(({ variable }) => variable),
          settingsOf(service).map(variableOf)
        )
      ),
    plants: [['ops/topology.json', '{ "name": "consumer", "addresses": { "amqp-url": "consumer" } }', '{ "name": "consumer", "addresses": { "amqp-url": "consumer", "database-url": "saver" } }']]
  },

  'compose.yaml': {
    faults: () => {
      const all = topology()
      const { services, volumes } = parse(text('compose.yaml'))
      const home = '/run/secrets/robin'
      const told = (name, client) => [
        ...unless(services[name] !== undefined, `there is no service ${name}`),
        ...differences(name, ofFiles(services[name]?.environment ?? {}), fileVariablesOf(client, home)),
        ...unless(isDeepStrictEqual(services[name]?.volumes, [`${client.name}-secrets:${home}:ro`]), `${name} has not the volume ${client.name}-secrets alone`)
      ]
      const clients = [...all.services, ...all.people, owner(all)]
      const secrets = [...names(clients), 'rabbitmq', 'postgres', 'monitoring']
      const { POSTGRES_USER: user, POSTGRES_DB: database } = services.postgres.environment
      const withAuthority = Object.entries(parse(text('ops/compose/tls.yaml')).services).filter(([, { environment = {} }]) => environment.ROBIN_AMQP_CA_FILE).map(([name]) => name)
      return [
        ...all.services.flatMap((service) => [...told(service.name, service), ...unless(isDeepStrictEqual(services[service.name]?.command, [`robin-${service.name}`]), `${service.name} is not robin-${service.name}`)]),
        ...told('robin', all.people[0]),
        ...told('migrate', owner(all)),
        ...differences('services of robin', Object.entries(services).filter(([, { command = [] }]) => String(command[0]).startsWith('robin-')).map(([name]) => name), names(all.services)),
        ...differences('volumes of secrets', services.secrets.volumes, secrets.map((name) => `${name}-secrets:/secrets/${name}`)),
        ...differences('volumes', Object.keys(volumes).filter((name) => name.endsWith('-secrets')), secrets.map((name) => `${name}-secrets`)),
        ...differences('postgres', { user, database }, { user: all.postgres.owner, database: all.postgres.database }),
        ...differences('ops/compose/tls.yaml', withAuthority, names(all.services.filter(({ addresses }) => addresses['amqp-url'])))
      ]
    },
    plants: [
      ['compose.yaml', '      ROBIN_MANAGEMENT_URL_FILE: /run/secrets/robin/management-url\n    volumes: [\'janitor', '    volumes: [\'janitor'],
      ['compose.yaml', "volumes: ['saver-secrets:/run/secrets/robin:ro']", "volumes: ['producer-secrets:/run/secrets/robin:ro']"],
      ['compose.yaml', 'command: [robin-auditor]', 'command: [robin-janitor]'],
      ['compose.yaml', '      - auditor-secrets:/secrets/auditor\n', ''],
      ['compose.yaml', 'POSTGRES_USER: robin', 'POSTGRES_USER: postgres'],
      ['ops/compose/tls.yaml', '  janitor: *checks', '']
    ]
  },

  'ops/monitoring/prometheus.yml': {
    faults: () => {
      const { scrape_configs: jobs } = parse(text('ops/monitoring/prometheus.yml'))
      return differences('targets', jobs.find(({ job_name: job }) => job === 'robin').dns_sd_configs[0].names, names(topology().services))
    },
    plants: [['ops/monitoring/prometheus.yml', 'auditor, ', '']]
  },

  'k8s/base': {
    faults: () => {
      const all = topology()
      const objects = parse(text('k8s/base/kustomization.yaml')).resources.flatMap((path) => objectsOf(`k8s/base/${path}`))
      const ofKind = (kind) => objects.filter((object) => object.kind === kind)
      const reach = { 'amqp-url': 'amqp', 'management-url': 'management', 'database-url': 'database' }
      const found = Object.fromEntries(ofKind('Deployment').map((object) => [object.metadata.name, object.spec.template]))
      return [
        ...differences('Deployments', Object.keys(found), names(all.services)),
        ...all.services.filter(({ name }) => found[name]).flatMap((service) => {
          const { metadata, spec } = found[service.name]
          const [{ args, env }] = spec.containers
          const home = spec.containers[0].volumeMounts.find(({ name }) => name === 'secrets').mountPath
          return [
            ...differences(service.name, ofFiles(Object.fromEntries(env.map(({ name, value }) => [name, value]))), fileVariablesOf(service, home)),
            ...differences(service.name, Object.keys(metadata.labels).filter((label) => label.startsWith('robin.reaches/')), Object.keys(service.addresses).map((setting) => `robin.reaches/${reach[setting]}`)),
            ...differences(
              service.name,
              { args, account: spec.serviceAccountName, secret: spec.volumes.find(({ name }) => name === 'secrets').secret.secretName },
              { args: [`robin-${service.name}`], account: `robin-${service.name}`, secret: `robin-${service.name}` }
            )
          ]
        }),
        ...differences('ServiceAccounts', names(ofKind('ServiceAccount').map(({ metadata }) => metadata)), [...names(all.services), 'backup'].map((name) => `robin-${name}`))
      ]
    },
    plants: [
      ['k8s/base/saver.yaml', '            - { name: ROBIN_DATABASE_URL_FILE, value: /run/secrets/robin/database-url }\n', ''],
      ['k8s/base/auditor.yaml', "        robin.reaches/database: 'yes'", "        robin.reaches/amqp: 'yes'"],
      ['k8s/base/producer.yaml', 'secretName: robin-producer', 'secretName: robin-saver'],
      ['k8s/base/accounts.yaml', 'name: robin-janitor', 'name: janitor'],
      ['k8s/base/kustomization.yaml', '  - auditor.yaml\n', '']
    ]
  },

  'k8s/overlays/local': {
    faults: () => {
      const all = topology()
      const { secretGenerator } = parse(text('k8s/overlays/local/kustomization.yaml'))
      const places = { 'amqp-url': ['amqp', 'rabbitmq/robin'], 'database-url': ['postgresql', `postgres/${all.postgres.database}`], 'management-url': ['http', 'rabbitmq:15672'] }
      const address = (setting, user, password = `local-${user}`) => `${places[setting][0]}://${user}:${password}@${places[setting][1]}`
      const wanted = {
        ...Object.fromEntries(all.services.map(({ name, addresses, tokens = [] }) => [`robin-${name}`, [...Object.entries(addresses).map(([setting, user]) => `${setting}=${address(setting, user)}`), ...tokens.map((token) => `${token}=local-token`)]])),
        'robin-migrate': [`database-url=${address('database-url', all.postgres.owner, 'local-owner')}`],
        'robin-postgres': ['owner=local-owner', ...usersOf(all).map((user) => `${user}=local-${user}`)]
      }
      return Object.entries(wanted).flatMap(([name, literals]) => differences(name, secretGenerator.find((one) => one.name === name)?.literals ?? [], literals))
    },
    plants: [
      ['k8s/overlays/local/kustomization.yaml', 'management-url=http://gateway:local-gateway', 'management-url=http://operator:local-operator'],
      ['k8s/overlays/local/kustomization.yaml', '      - auditor=local-auditor\n', '']
    ]
  },

  'k8s/overlays/local: the database': {
    faults: () => {
      const all = topology()
      const script = text('k8s/overlays/local/postgres/users.sh')
      return [
        ...differences('users.sh', script.match(/^for name in (.*); do$/m)[1].split(' '), usersOf(all)),
        ...differences('users.sh, roles', [...usersOf(all).map((user) => `robin_${user}`), ...[...script.matchAll(/CREATE ROLE (robin_\w+)/g)].map(([, role]) => role)], names(all.postgres.roles))
      ]
    },
    plants: [
      ['k8s/overlays/local/postgres/users.sh', 'saver auditor', 'saver'],
      ['ops/topology.json', '{ "name": "robin_reader" }', '{ "name": "robin_reader" }, { "name": "robin_writer" }']
    ]
  },

  'k8s/overlays/local: the broker': {
    faults: () => {
      const passwords = mkdtempSync(join(tmpdir(), 'robin-topology-'))
      try {
        topology().rabbitmq.users.forEach(({ name }) => writeFileSync(join(passwords, name), `local-${name}`))
        run('robin-secrets', 'definitions', passwords, join(passwords, 'definitions.json'))
        const made = JSON.parse(readFileSync(join(passwords, 'definitions.json'), 'utf8'))
        const kept = JSON.parse(text('k8s/overlays/local/rabbitmq/definitions.json'))
        const bare = (all) => ({ ...all, users: all.users.map((user) => ({ ...user, password_hash: '' })) })
        const opens = ({ name, password_hash: hash }) => {
          const bytes = Buffer.from(hash, 'base64')
          return createHash('sha256').update(Buffer.concat([bytes.subarray(0, 4), Buffer.from(`local-${name}`)])).digest().equals(bytes.subarray(4))
        }
        return [
          ...differences('definitions.json', bare(kept), bare(made)),
          ...[...kept.users, ...made.users].filter((user) => !opens(user)).map(({ name }) => `the password of ${name} is not local-${name}`)
        ]
      } finally {
        rmSync(passwords, { recursive: true })
      }
    },
    plants: [
      ['k8s/overlays/local/rabbitmq/definitions.json', '"write": "^robin\\\\.ingress$"', '"write": ".*"'],
      ['k8s/overlays/local/rabbitmq/definitions.json', '"tags": ["monitoring"]', '"tags": ["administrator"]'],
      ['k8s/overlays/local/rabbitmq/definitions.json', '"password_hash": "', '"password_hash": "AAAA']
    ]
  },

  'k8s/components/operators': {
    faults: () => {
      const all = topology()
      const [{ spec }] = objectsOf('k8s/components/operators/postgres.yaml')
      const { database, owner: its } = spec.bootstrap.initdb
      const roles = Object.fromEntries(spec.managed.roles.map(({ name, login = false, inRoles = [], passwordSecret }) => [name, { login, inRoles, secret: passwordSecret?.name }]))
      const wanted = {}
      for (const { name, user, member_of: inRoles = [] } of all.postgres.roles) {
        wanted[name] = { login: false, inRoles, secret: undefined }
        if (user) {
          wanted[user] = { login: true, inRoles: [name], secret: `robin-postgres-${user}` }
        }
      }
      return [...differences('managed roles', roles, wanted), ...differences('initdb', { database, owner: its }, { database: all.postgres.database, owner: all.postgres.owner })]
    },
    plants: [
      ['k8s/components/operators/postgres.yaml', '{ name: robin_gateway, ensure: present, inRoles: [robin_operator] }', '{ name: robin_gateway, ensure: present }'],
      ['k8s/components/operators/postgres.yaml', 'inRoles: [robin_saver]', 'inRoles: [robin_producer]'],
      ['k8s/components/operators/postgres.yaml', '      - { name: robin_reader, ensure: present }\n', ''],
      ['k8s/components/operators/postgres.yaml', 'owner: robin\n', 'owner: postgres\n']
    ]
  },

  'ops/systemd': {
    faults: () => {
      const units = Object.fromEntries(folder('ops/systemd').filter((path) => path.endsWith('.service')).map((path) => [path.match(/robin-(\w+)@?\.service$/)[1], text(path)]))
      const valuesOf = (unit, key) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value)
      return [
        ...differences('units', Object.keys(units), [...names(topology().services), 'backup']),
        ...names(topology().services).filter((name) => units[name]).flatMap((name) => [
          ...differences(name, valuesOf(units[name], 'ExecStart'), [`/usr/bin/robin-${name}`]),
          ...differences(name, valuesOf(units[name], 'EnvironmentFile'), ['-/etc/robin/robin.env', `-/etc/robin/${name}.env`])
        ])
      ]
    },
    plants: [
      ['ops/systemd/robin-saver.service', 'ExecStart=/usr/bin/robin-saver', 'ExecStart=/usr/bin/robin-producer'],
      ['ops/systemd/robin-consumer@.service', '/etc/robin/consumer.env', '/etc/robin/consumers.env'],
      ['ops/topology.json', '{ "name": "auditor", "addresses": { "database-url": "auditor" } },', '{ "name": "auditor", "addresses": { "database-url": "auditor" } }, { "name": "archivist", "addresses": {} },']
    ]
  },

  'the migrations': {
    faults: () => {
      const sql = folder('common/adapters/postgres/migrations').map((path) => text(path).replace(/--.*$/gm, '')).join('\n')
      const made = [...sql.matchAll(/CREATE ROLE (robin_\w+) NOLOGIN|ARRAY\[('robin_.*')\] LOOP/g)].flatMap(([, one, list]) => (list ? list.split(', ').map((role) => role.slice(1, -1)) : [one]))
      const members = [...sql.matchAll(/GRANT (robin_\w+) TO (robin_\w+)(?=;)/g)].map(([, role, member]) => `${member} of ${role}`)
      const { roles } = topology().postgres
      return [
        ...differences('roles', made, names(roles)),
        ...differences('roles with rights', [...sql.matchAll(/\bTO ((?:robin_\w+(?:, )?)+)/g)].flatMap(([, list]) => list.split(', ')), names(roles)),
        ...differences('members', members, roles.flatMap(({ name, member_of: of = [] }) => of.map((role) => `${name} of ${role}`)))
      ]
    },
    plants: [
      ['common/adapters/postgres/migrations/0005_janitor.sql', 'CREATE ROLE robin_janitor NOLOGIN', 'CREATE ROLE robin_cleaner NOLOGIN'],
      ['common/adapters/postgres/migrations/0002_roles.sql', "'robin_reader', ", ''],
      ['common/adapters/postgres/migrations/0008_monitor.sql', 'GRANT robin_operator TO robin_gateway;', ''],
      ['common/adapters/postgres/migrations/0011_pace.sql', 'TO robin_reader, ', 'TO robin_guest, ']
    ]
  },

  'ops/backup': {
    faults: () => differences('roles', text('ops/backup').match(/for role in (.*); do/)[1].split(' ').map((role) => `robin_${role}`), names(topology().postgres.roles)),
    plants: [['ops/backup', 'in reader producer', 'in producer']]
  },

  'tests/integration/permissions.txt': {
    faults: () => {
      const { rabbitmq, postgres } = topology()
      const lines = text('tests/integration/permissions.txt').split('\n')
      const of = (server) => lines.filter((line) => line.startsWith(`${server} `))
      return [...differences('RabbitMQ', of('rabbitmq'), rabbitmq.users.flatMap(mayOf)), ...differences('PostgreSQL', of('postgres').map((line) => `robin_${line.split(' ')[1]}`), names(postgres.roles))]
    },
    plants: [
      ['tests/integration/permissions.txt', 'rabbitmq saver consume robin.results\n', ''],
      ['tests/integration/permissions.txt', 'postgres auditor DELETE audits\n', 'postgres guest DELETE audits\n'],
      ['ops/topology.json', '"write": "^robin\\\\.blocks$"', '"write": "^robin\\\\.(blocks|results)$"'],
      ['ops/topology.json', '"tags": ["monitoring"]', '"tags": []'],
      ['ops/topology.json', '{ "name": "robin_janitor", "user": "janitor" },', '']
    ]
  },

  'ops/env.example': {
    faults: () => {
      const lines = text('ops/env.example').split('\n')
      const values = Object.fromEntries(lines.filter((line) => /^ROBIN_/.test(line)).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
      const examples = new Set(lines.flatMap((line) => line.match(/^# (ROBIN_\w+)=/)?.[1] ?? []))
      const others = lines.flatMap((line) => (line.match(/^# (ROBIN_\w+) as above \[(.*)\]$/) ?? []).slice(1).join('=') || [])
      const settings = names(topology().services).flatMap((name) => declared(`robin-${name}`))
      const commands = run('robin', 'status', '--help')
      const isKnown = (name) => settings.some(({ variable }) => name === variable || name === `${variable}_FILE`) || commands.includes(name)
      // A setting may have another default in another service, which is then said there.
      const defaults = new Set(settings.map(({ variable, value }) => `${variable}=${value}`))
      return [
        ...[...Object.keys(values), ...examples].filter((name) => !isKnown(name)).map((name) => `${name} is no setting of a service or a command`),
        ...settings.flatMap(({ variable, value, isSecret }) =>
          isSecret || value === ''
            ? unless(variable in values || examples.has(variable) || examples.has(`${variable}_FILE`), `${variable} is missing`)
            : unless(values[variable] === value || others.includes(`${variable}=${value}`), `${variable}=${value} is missing`)
        ),
        ...[...Object.entries(values).map(([name, value]) => `${name}=${value}`), ...others]
          .filter((line) => !settings.some(({ variable, isSecret }) => isSecret && line.startsWith(`${variable}=`)) && !defaults.has(line))
          .map((line) => `${line} is no default`)
      ]
    },
    plants: [
      ['ops/env.example', 'ROBIN_BATCH=200\n', ''],
      ['ops/env.example', 'ROBIN_BATCH=200\n', 'ROBIN_BATCH=20\n'],
      ['ops/env.example', 'ROBIN_BATCH=200\n', 'ROBIN_BATCH=200\nROBIN_BATCHES=2\n'],
      ['ops/env.example', 'as above [500]', 'as above [50]'],
      ['ops/env.example', 'ROBIN_LOG_FILE=\n', 'ROBIN_LOG_FILE=robin.log\n'],
      ['ops/env.example', '# ROBIN_LINKS=', '# ROBIN_LINK='],
      ['ops/env.example', 'ROBIN_AMQP_URL=', 'ROBIN_AMQP=']
    ]
  }
}

let failed = false
const complain = (line) => {
  console.error(line)
  failed = true
}
/// A file that a plant has made unreadable is a fault, too.
const faultsOf = ({ faults }) => {
  try {
    return faults()
  } catch (error) {
    return [String(error)]
  }
}

let plants = 0
for (const [what, check] of Object.entries(checks)) {
  const faults = faultsOf(check)
  faults.forEach((fault) => complain(`${what}: ${fault}`))
  if (faults.length > 0) {
    continue
  }
  for (const [path, before, after] of check.plants) {
    const changed = text(path).replace(before, () => after)
    if (changed === text(path)) {
      complain(`${what}: there is no ${JSON.stringify(before)} in ${path} to plant a difference at`)
      continue
    }
    planted = { [path]: changed }
    const seen = faultsOf(check)
    planted = {}
    plants += 1
    if (seen.length === 0) {
      complain(`${what}: it does not see ${JSON.stringify(after)} in place of ${JSON.stringify(before)} in ${path}`)
    } else if (process.env.ROBIN_SHOW_PLANTS) {
      console.error(`seen: ${what}: ${seen.join('; ')}`)
    }
  }
}
console.log(`${Object.keys(checks).length} checks, ${plants} planted differences${failed ? '' : ': all hold, all were seen'}`)
process.exit(failed ? 1 : 0)
