// Package config keeps the profile on disk, sealed. It is the only package
// that touches the profile's files; a Store is the one door to them.
//
// # Files
//
// A profile is a folder (0700) with three files (0600) in the age format
// (https://age-encryption.org/v1), which the age program opens too:
//
//   - key.age: a random X25519 identity, sealed with the password (scrypt,
//     N = 2^18). Decrypted, it is an identity file for "age -d -i".
//   - profile.age: accounts, pins, keys, contacts, settings (Profile).
//   - queue.age: texts on their way, seen hashes, drafts (Queue).
//
// The last two are JSON with a format number, sealed for the identity, padded
// to 4 KiB. The recipient that belongs to the identity is as secret as the
// identity: who knows it could forge a profile. A fourth file, lock, is empty
// and held locked while the profile is open; the lock dies with the process.
//
// # Saving
//
// One file: seal into NAME.tmp, sync it, rename it over NAME, sync the folder.
// After a crash at any step NAME is the old or the new one, whole; a NAME.tmp
// that was left behind is removed at the next Open.
//
// # Creating, and changing the password
//
// A new password makes a new identity and seals everything anew, so that a
// copy of the old key.age and the old password open nothing that is written
// later. Three files cannot be replaced in one step, so one of them decides:
//
//  1. profile.age.next and queue.age.next, sealed for the new identity, and
//     key.age.next, sealed with the new password, are written and synced, and
//     the folder is synced.
//  2. key.age.next is renamed over key.age, and the folder is synced. This is
//     the switch.
//  3. profile.age.next and queue.age.next are renamed over profile.age and
//     queue.age, and the folder is synced.
//
// Before the switch the old password opens key.age, the old identity opens
// profile.age and queue.age, and the .next files are rubbish. After it, only
// the new password opens key.age, and its identity opens each file or, where
// step 3 has not come to it, the .next beside it. Open tells by trying which
// one the identity opens: no other record is needed, so none can disagree.
// Step 3 never runs before the switch is synced: a folder that loses an
// earlier rename and keeps a later one would hold neither state. A .next is
// only written when step 3 of an earlier change has been finished.
//
// Creating is the same with nothing before it: until the switch there is no
// key.age, and so no profile.
//
// # Destroying
//
// Without key.age nothing opens. So it goes first: it is overwritten where it
// lies, with a word that says what has happened, and synced; key.age.next too,
// where a crash has left one. From the first of these writes on nobody can read
// anything, whatever they know. Then the other files are removed, and key.age
// last: whoever finds the word in it goes on, so that a crash on the way leaves
// what counts as no profile, and not as a damaged one. What a disk that writes
// elsewhere (SSD, copy on write), a snapshot or a backup has kept is out of reach.
// Nothing has to be whole for that: a damaged profile is destroyed like any other.
//
// # Reading
//
// Open reads and opens all three before it changes anything. Whatever is
// wrong is a typed error, and the files stay untouched.
package config
