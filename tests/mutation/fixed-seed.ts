/*
 * The same histories for every mutant and in every run, so that the score can be had again; and none of them made shorter when one
 * fails, which would take longer than all the rest.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: 1, endOnFailure: true })
// Of properties that choose a seed themselves, to print it.
process.env['PROPERTY_SEED'] = '1'
