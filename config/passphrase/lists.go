package passphrase

// common are passwords that everybody tries, the commonest first. In lower
// case; the usual signs for letters are undone before they are looked up.
const common = `123456 password 123456789 12345678 12345 qwerty 1234567 111111 123123 1234567890 abc123
password1 1234 iloveyou 000000 qwerty123 1q2w3e4r admin letmein welcome monkey dragon football baseball
sunshine princess login master hello freedom whatever qazwsx trustno1 654321 superman batman michael
shadow 666666 121212 passw0rd 7777777 starwars 1qaz2wsx zaq1zaq1 password123 mustang access flower
jordan harley ranger hunter buster soccer hockey killer george charlie andrew michelle love pepper
jessica asshole fuckyou fuck pussy thomas tigger robert daniel jennifer joshua maggie cheese computer
internet secret summer winter spring autumn ginger hannah matrix cookie chelsea arsenal liverpool
manchester barcelona juventus merlin diamond phoenix nirvana metallica guitar pokemon ninja samsung
apple google facebook twitter linkedin microsoft windows linux android test testing guest root toor
changeme default private public system server user username passwort passwort1 hallo schatz geheim
motdepasse azerty soleil bonjour doudou chouchou contrasena contrasenya hola tequiero amor senha
parola haslo wachtwoord heslo salasana losenord sifre lozinka privet gfhjkm qwertyuiop asdfghjkl
zxcvbnm asdf asdfgh zxcvbn q1w2e3r4 1qazxsw2 qweasd qweasdzxc pass pass123 pass1234 p4ssword god sex
money jesus christ angel angels heaven blessed family baby lovely sweet honey happy smile friend
friends forever peace hope faith dream power magic silver golden purple orange banana chocolate
coffee butterfly rainbow dolphin tiger lion eagle falcon wolf bear panda kitty puppy snoopy mickey
donald garfield spiderman ironman naruto pikachu zelda mario sonic minecraft fortnite roblox
hushwing pidgin jabber xmpp tor tails torbrowser privacy security encryption anonymous wikileaks
пароль привет любовь йцукен наташа солнышко марина максим андрей 密码 我爱你 パスワード 비밀번호 كلمةالسر`

// names are common first names.
const names = `james john robert michael william david richard joseph thomas charles mary patricia jennifer
linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley kimberly emily
donna michelle carol amanda melissa deborah stephanie rebecca laura helen sharon cynthia kathleen amy
anna ana maria jose juan carlos luis jorge pedro pablo diego miguel manuel antonio francisco javier
fernando rafael sofia lucia carmen rosa elena ben benjamin daniel matthew anthony mark paul steven andrew
kenneth joshua kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric
jonathan stephen larry justin scott brandon samuel gregory frank alexander raymond patrick jack dennis
jerry peter hans klaus jurgen stefan andreas christian sebastian tobias lukas felix max moritz julia
katharina sabine petra monika ursula heike pierre jean michel philippe alain nicolas francois claire
sophie camille marie giovanni marco luca giulia francesca mohammed muhammad ahmed ali hassan hussein
omar ibrahim fatima aisha mariam khadija leila zahra ivan dmitri sergei alexei vladimir nikolai olga
natasha tatiana irina svetlana wei ming li wang zhang chen yuki hiroshi kenji sakura minjun jihoon alice
bob carol dave eve mallory trent oscar otto emma olivia noah liam mia lea leon finn jonas`
