"""Names of months in other languages and scripts: whole words, and abbreviations that mean the same month in all."""

from __future__ import annotations

# Languages whose words may be abbreviated to three letters or more.
_ABBREVIATED = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jänner feber maerz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
"""
# Only as they are; “?”: the word means another month in another language (listopada, lip).
_WHOLE = """
jan feb mrt apr may jun jul aug sept oct nov dec
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października ? grudnia
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik ? grudzień
sty lut mar kwi maj cze ? sie wrz paź ? gru
ledna února března dubna května června července srpna září října listopadu prosince
leden únor březen duben květen červen červenec srpen září říjen ? prosinec
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
január február marec apríl máj jún júl august september október november december
január február március április május június július augusztus szeptember október november december
jan febr márc ápr máj jún júl aug szept okt nov dec
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna ? studenoga prosinca
siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan ? studenog prosinac
januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra
januar februar mart april maj jun jul avgust septembar oktobar novembar decembar
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
ian febr mart apr mai iun iul aug sept oct noi dec
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
januari februari maret april mei juni juli agustus september oktober november desember
jan feb mac apr mei jun julai ogos sep okt nov disember
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ
"""  # noqa: E501, RUF001 - one language is one line
_SHORTEST = 3


def _lines(words: str) -> list[list[str]]:
    return [line.split() for line in words.strip().splitlines()]


def _numbers() -> dict[str, int]:
    meanings: dict[str, set[int]] = {}
    for line in _lines(_ABBREVIATED):
        for number, word in enumerate(line, 1):
            for length in range(_SHORTEST, len(word) + 1):
                meanings.setdefault(word[:length], set()).add(number)
    numbers = {word: min(months) for word, months in meanings.items() if len(months) == 1}
    for line in _lines(_WHOLE):
        numbers |= {word: number for number, word in enumerate(line, 1) if word != "?"}
    return numbers


MONTHS = _numbers()  # number of the month by its name in lower case
LETTERS = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"  # of these names
