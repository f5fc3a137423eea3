// Package payee says who a payee's name denotes. It is a pure function of the
// name's normal form and of fixed tables: same name, same answer, whatever the
// order or the number of workers. It reads no payments and guesses nothing that
// it can't give a reason for.
//
// The ladder, first rung that holds decides:
//
//  1. a person's decision in the overrides file
//  2. withheld names and pseudonyms
//  3. the closed list as written: national bodies, other UK forces, and the 43
//     forces in every form that a grammar of area + police word + office allows
//  4. the alias table (data/aliases.csv), for names whose words don't say who
//     they are
//  5. the same grammar with spelling mistakes, missing spaces, truncation and
//     places inside a force area: a scored match with a lower confidence
//  6. what the words say it is: association, company, public body, person
//  7. unresolved
//
// The grammar has to explain every word of a name. That is what keeps "Kent
// Police Federation", "PCC Systems" and "St Peters PCC" out: a word that isn't
// explained leaves the name doubtful, never a force.
//
// Tried and dropped: one similarity score over whole names. "West Mercia Police"
// and "West Midlands Police" are closer to each other than many a misspelling is
// to its original, so no threshold gave both recall and precision.
package payee
