import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { usualPlaces } from '../../../../knative/local/engines/find-program.ts'
import { findMysqlServer } from '../../../../knative/local/engines/mysql-server.ts'
import { findRedisServer } from '../../../../knative/local/engines/redis-server.ts'
import { startEngines } from '../../../../knative/local/engines/start-engines.ts'
import { startMysql } from '../../../../knative/local/engines/start-mysql.ts'
import { startRedis } from '../../../../knative/local/engines/start-redis.ts'
import { isAlive } from '../../../../knative/local/owner-lock.mjs'
import { ownFolder } from '../../../support/private-engines.ts'
import { onlyIn, standIn } from './stand-in.ts'

let folder: string
let programs: string
let data: string

beforeEach(async () => {
  folder = await ownFolder('obtain')
  programs = join(folder, 'programs')
  data = join(folder, 'data')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('without any engine the error names the packages to install, for both at once', async () => {
  const starting = startEngines({ dataDir: data, surroundings: onlyIn(programs) })
  await expect(starting).rejects.toThrow(
    /No MySQL or MariaDB server.*mariadb.*MYSQL_URL.*No Redis or Valkey server.*redis.*REDIS_URL/s,
  )
})

test('engines given by URL are used as they are, and left alone', async () => {
  const env = { MYSQL_URL: 'mysql://somebody@db.example/theirs', REDIS_URL: 'redis://cache.example' }
  const engines = await startEngines({ dataDir: data, surroundings: onlyIn(programs, { env }) })
  expect(engines).toMatchObject({ mysqlUrl: env.MYSQL_URL, redisUrl: env.REDIS_URL })
  await expect(engines.mysql.kill()).rejects.toThrow('MYSQL_URL was given')
  await expect(engines.redis.stop()).rejects.toThrow('REDIS_URL was given')
  await engines.close()
})

test('when one engine does not start the other is not left running', async () => {
  await standIn(
    programs,
    'redis-server',
    `
    if (process.argv.includes('--version')) console.log('Redis server v=7.0.0')
    else { console.error('No space left on device'); process.exit(3) }`,
  )
  // The real server, after writing down which process it will be.
  const mysql = findMysqlServer(usualPlaces(process.env))?.path ?? ''
  await standIn(
    programs,
    'mariadbd',
    `
    const { spawn } = require('node:child_process')
    const args = process.argv.slice(2)
    if (args.some(arg => arg.startsWith('--port='))) require('node:fs').writeFileSync('${folder}/pid-of-mysql', String(process.pid))
    process.execve('${mysql}', ['${mysql}', ...args], process.env)`,
  )
  const starting = startEngines({ dataDir: data, surroundings: onlyIn(programs) })
  await expect(starting).rejects.toThrow(/Redis did not start: it exited with code 3.*The disk is full/s)
  expect(isAlive(Number(await readFile(join(folder, 'pid-of-mysql'), 'utf8')))).toBe(false)
})

test('a server that is too old is not taken', async () => {
  await standIn(
    programs,
    'mariadbd',
    `console.log('mariadbd  Ver 10.5.29-MariaDB-0+deb11u1 for debian-linux-gnu')`,
  )
  await standIn(
    programs,
    'mysqld',
    `console.log('${programs}/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)')`,
  )
  const found = findMysqlServer({ path: programs, directories: [] })
  expect(found).toEqual({ flavour: 'mysql', path: join(programs, 'mysqld'), version: '8.4.3' })
})

test('a server that cannot make its data directory fails with its own words', async () => {
  await standIn(
    programs,
    'mysqld',
    `
    if (process.argv.includes('--version')) console.log('mysqld  Ver 8.4.9 for Linux')
    else { console.error('mysqld: error while loading shared libraries: libaio.so.1'); process.exit(127) }`,
  )
  const starting = startMysql({ directory: data, surroundings: onlyIn(programs) })
  await expect(starting).rejects.toThrow(
    /could not initialise a data directory \(exit code 127\).*libaio\.so\.1/s,
  )
})

test('as root apt-get installs what is missing, with fresh package lists when the old ones do not know it', async () => {
  const redis = findRedisServer(usualPlaces(process.env))?.path ?? ''
  const calls = join(folder, 'calls')
  await standIn(
    programs,
    'apt-get',
    `
    const { appendFileSync, readFileSync, symlinkSync } = require('node:fs')
    appendFileSync('${calls}', process.argv.slice(2).join(' ') + ' ' + process.env.DEBIAN_FRONTEND + '\\n')
    const asked = readFileSync('${calls}', 'utf8')
    if (process.argv.includes('update')) process.exit(0)
    if (!asked.includes(' update ')) { console.error('E: Unable to locate package redis-tools'); process.exit(100) }
    symlinkSync('${redis}', '${programs}/redis-check-rdb')`,
  )
  const told: string[] = []
  const surroundings = onlyIn(programs, { isRoot: true, report: line => told.push(line) })
  const engine = await startRedis({ directory: data, surroundings })
  await engine.stop()
  const install =
    '-o DPkg::Lock::Timeout=600 install --yes --no-install-recommends redis-tools noninteractive'
  expect((await readFile(calls, 'utf8')).trimEnd().split('\n')).toEqual([
    install,
    '-o DPkg::Lock::Timeout=600 update noninteractive',
    install,
  ])
  expect(told).toEqual(['Installing redis-tools with apt-get…'])
})

test('what apt-get cannot install is told in its own words', async () => {
  await standIn(programs, 'apt-get', `console.error('E: No network here'); process.exit(100)`)
  const starting = startRedis({ directory: data, surroundings: onlyIn(programs, { isRoot: true }) })
  await expect(starting).rejects.toThrow(
    /apt-get could not install redis-tools \(exit code 100\).*No network here/s,
  )
})
