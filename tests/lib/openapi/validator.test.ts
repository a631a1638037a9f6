import { expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { readDocument } from '../../../lib/openapi/document.ts'
import { compileValidators, validatorOf } from '../../../lib/openapi/validator.ts'

const schemas = readDocument().components['schemas'] ?? {}

test('every schema of the description is one of JSON Schema, which no start asks', () => {
  const ajv = new Ajv({ strict: false })
  const broken = Object.keys(schemas).filter(name => !ajv.validateSchema(schemas[name] as object))
  expect(broken).toEqual([])
  expect(Object.keys(schemas).length).toBeGreaterThan(20)
})

test('a schema that is not there is missed at once, not by the first request', () => {
  expect(() => validatorOf('Nothing')).toThrow('docs/openapi.yaml has no schema Nothing')
})

test('a validator says the same before and after all are compiled', () => {
  const wrong = { amount: 'much' }
  const before = validatorOf('DepositRequest')(wrong)
  expect(before.map(({ field }) => field)).toContain('amount')
  const later = validatorOf('TransferRequest')
  compileValidators()
  expect(validatorOf('DepositRequest')(wrong)).toEqual(before)
  expect(later(wrong).length).toBeGreaterThan(0)
})
