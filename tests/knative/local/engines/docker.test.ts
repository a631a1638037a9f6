import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { usualPlaces } from '../../../../knative/local/engines/find-program.ts'
import { findRedisServer } from '../../../../knative/local/engines/redis-server.ts'
import { startMysql } from '../../../../knative/local/engines/start-mysql.ts'
import { startRedis } from '../../../../knative/local/engines/start-redis.ts'
import { ownFolder } from '../../../support/private-engines.ts'
import { onlyIn, standIn } from './stand-in.ts'

let folder: string
let programs: string
let data: string

beforeEach(async () => {
  folder = await ownFolder('docker')
  programs = join(folder, 'programs')
  data = join(folder, 'data')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('Docker runs an engine that is not installed, on a loopback port, its data in the directory given', async () => {
  const redis = findRedisServer(usualPlaces(process.env))?.path ?? ''
  // In place of the container it runs the real server on the port that was to be published.
  await docker(`
    const [, port] = /127.0.0.1:(\\d+):6379/.exec(process.argv.join(' ')) ?? []
    if (port) process.execve('${redis}', ['redis-server', '--port', port, '--save', ''], process.env)`)
  const engine = await startRedis({ directory: data, surroundings: onlyIn(programs) })
  const port = new URL(engine.url).port
  await engine.kill()
  const [info, remove, run, kill] = await calls()
  const [, name = 'none'] = /^rm --force (settle-[0-9a-f]{12})$/.exec(remove ?? '') ?? []
  expect(info).toBe('info')
  expect(run).toBe(
    `run --rm --name ${name} --publish 127.0.0.1:${port}:6379 --user ${process.getuid?.()}:${process.getgid?.()} ` +
      `--volume ${data}/container-data:/data redis:7.2 --save  --appendonly no`,
  )
  expect(kill).toBe(`kill ${name}`)
})

test('the database container gets an empty root password, the database and the same settings', async () => {
  await docker(
    `if (process.argv[2] === 'run') { console.error('stand-in: no container'); process.exit(125) }`,
  )
  const starting = startMysql({ directory: data, surroundings: onlyIn(programs) })
  await expect(starting).rejects.toThrow(/it exited with code 125.*stand-in: no container/s)
  const run = (await calls()).find(call => call.startsWith('run ')) ?? ''
  expect(run).toMatch(/--publish 127\.0\.0\.1:\d+:3306 .*--volume \S+:\/var\/lib\/mysql /)
  expect(run).toContain(
    '--env MYSQL_ALLOW_EMPTY_PASSWORD=1 --env MYSQL_ROOT_HOST=% --env MYSQL_DATABASE=settle mysql:8.4 ',
  )
  expect(run).toContain('--transaction-isolation=READ-COMMITTED')
})

test('a Docker client without an engine behind it is not used', async () => {
  await standIn(programs, 'docker', 'process.exit(1)')
  const starting = startRedis({ directory: data, surroundings: onlyIn(programs) })
  await expect(starting).rejects.toThrow('No Redis or Valkey server')
})

/** A stand-in for `docker` that writes down its arguments and then does what `program` says. */
async function docker(program: string): Promise<void> {
  const file = join(folder, 'calls')
  const record = `require('node:fs').appendFileSync('${file}', process.argv.slice(2).join(' ') + '\\n')`
  await standIn(programs, 'docker', `${record}\n${program}`)
}

async function calls(): Promise<string[]> {
  return (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n')
}
