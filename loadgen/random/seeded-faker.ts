import { base, en, Faker } from '@faker-js/faker'

/** A faker that gives the same values for the same numbers, whatever the clock says. */
export function seededFaker(...seed: number[]): Faker {
  const faker = new Faker({ locale: [en, base] })
  faker.seed(seed)
  return faker
}
