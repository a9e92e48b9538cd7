"""The names, fonts and sentences of each part; all names are invented, `*` before a word says that it is a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

_DEJAVU = "truetype/dejavu/DejaVu"
#: From this seed on names are the usual ones that are words, beside odd signs and on notices that name nobody.
THIRD_FROM = 100
#: From this one on other names that are words, in other forms and fonts: drawn after all rules of the third part.
FOURTH_FROM = 800
#: And from this one on names and notices that were written after the rules of the fourth, in forms of the parts before.
FIFTH_FROM = 900
#: From this one on a roll of names that titles, places and makers have, and walls with such words.
SIXTH_FROM = 1200


@dataclass(frozen=True, slots=True)
class Half:
    """What one half draws from."""

    word_names: Sequence[str]  # forename and surname; the forename is an ordinary word as well
    plain_names: Sequence[str]
    short_names: Sequence[str]
    particles: Sequence[str]
    chosen: tuple[str, str, str, str, str]  # legal, chosen forename, chosen surname, middle, former surname
    foreign: Sequence[str]  # scripts that DejaVu draws
    printed: Sequence[str]
    written: Sequence[str]
    headings: Sequence[str]
    initials: Sequence[str]  # forms: a, b, c forenames, i, j initials of the first two
    numbers: Sequence[str]
    sentences: Sequence[str]
    lists: Sequence[str]
    labelled: Sequence[str]  # behind a colon or dash
    controls: Sequence[Sequence[str]]


FIRST = Half(
    word_names=(
        "Pearl Hobday", "Violet Amadi", "Olive Crisp", "Heather Moyo", "Iris Denholm", "Rowan Tully", "Penny Varga",
        "Harmony Sykes", "Angel Brightwell", "Miles Okoro", "Guy Larkin", "Drew Pascoe", "Amber Finch", "Star Gwynne",
        "Mercy Boakye", "Clay Norris", "Dale Winter", "Chase Field", "Hunter Long", "Mason Bell", "Hazel Green",
        "Art Young", "Sky Rivers", "Bonny King",
    ),
    plain_names=(
        "Cressida Wetherby", "Emeka Nwosu", "Llinos Bevan", "Aisha Siddiqui", "Pawel Zawadzki", "Gideon Thistlewood",
        "Manpreet Dhillon", "Angharad Pugh", "Kwame Asante", "Morwenna Trevithick", "Emre Kaya", "Philippa Snodgrass",
        "Cormac Geraghty", "Diya Mukherjee", "Persephone Wainwright", "Zuzanna Nowak",
    ),
    short_names=("Bo Ng", "Cy Udo", "Mo Ali", "Jo Fu"),
    particles=("Marie de Klerk", "Jan van Dyke", "Ruth St Aubyn", "Luca di Marco", "Sofia dos Reis"),
    chosen=("Margaret Holloway", "Robbie", "Sefton", "Wren", "Applegarth"),
    foreign=(
        "Анна Смирнова", "Γιώργος Παππάς", "שרה לוי", "علي حسين", "Олег Бондаренко", "Катерина Стоянова",
        "Νεφέλη Αντωνίου", "נועה ברק", "هدى قاسم",
    ),
    printed=(
        _DEJAVU + "Sans.ttf", _DEJAVU + "Serif-Bold.ttf", _DEJAVU + "SansMono-Bold.ttf",
        "opentype/ebgaramond/EBGaramond12-Regular.otf", _DEJAVU + "SansCondensed-Oblique.ttf",
        "truetype/klee/KleeOne-SemiBold.ttf", "opentype/bwht/BecauseWeLearn-Regular.otf",
    ),
    written=(
        "truetype/sjfonts/SteveHand.ttf", "truetype/klee/KleeOne-Regular.ttf",
        "opentype/dancingscript/DancingScript-Bold.otf", "opentype/bwht/BecauseWeOrganize-Regular.otf",
    ),
    headings=("Jobs today", "Lunch helpers", "Our monitors", "Reading groups", "Line order"),
    initials=(
        "*{a} *{i}", "*{a} *{i}.", "Door: *{a} *{i}", "*{a} *{i} and *{b} *{j}", "*{a} *{i}, *{b} *{j}",
        "Fish tank - *{a} *{i}", "Library helpers: *{a} *{i}, *{b} *{j}", "1. *{a} *{i}",
    ),
    numbers=("*{a} 2", "*{a} 4K", "*{a} 1", "Plants: *{a} 3", "*{a} 6B"),
    sentences=(
        "Good luck *{a}", "Thank you *{a} for helping", "*{a}'s reading book", "Well done *{a}!", "*{a} scored a goal",
        "This peg is *{a}'s", "Happy birthday *{a}", "we are so proud of *{a} today", "To *{a} with love",
        "*{a} read a whole book", "Please welcome *{a} to our class", "Love from *{a}", "We will miss you *{a}",
        "Get well soon *{a}", "*{a} is our star today", "Ask *{a} for help",
    ),
    lists=(
        "*{a} and *{b}", "*{a}, *{b} and *{c}", "*{a} & *{b}", "*{p}, *{a} and *{b}", "*{a} + *{b}", "*{a} / *{b}",
        "Made by *{a} and *{b}", "*{p} and *{a}",
    ),
    labelled=(
        "Star of the day: *{a}", "Line leader: *{a}", "Captain: *{a}", "Milk: *{a}", "Register - *{a}", "Name: *{a}",
        "Reader of the week: *{a}", "Bell: *{a} and *{b}", "Winner: *{a}",
    ),
    controls=(
        ("Will you help us?", "We hope to see you", "Bring a friend"),
        ("Vitamin C", "Grade 5", "Plan B"),
        ("Summer Fair", "Saturday 4 July", "Rose garden open"),
        ("Olive oil", "Amber light means wait", "Hazel nuts"),
        ("River walk", "Sky blue", "Pearl white", "Violet"),
        ("Art Club", "Chess Club", "Film Night"),
        ("Angel Delight", "Star jumps", "Chase the ball"),
        ("Mason jars", "Clay models", "Hunter and prey"),
        ("Run 2 miles", "Save a penny", "Draw a line"),
        ("Live in harmony", "Show mercy", "Guy Fawkes night"),
        ("HOPE AND GLORY", "PEACE ON EARTH"),
        ("Heather moor", "Iris bulbs", "Rowan tree"),
    ),
)  # fmt: skip

SECOND = Half(
    word_names=(
        "Jasmine Boyle", "Brook Adair", "River Esposito", "Ash Mandeville", "Melody Iqbal", "Sunny Devlin",
        "Prince Owusu", "Chance Rudd", "Sandy Kirkup", "Scarlet Vine", "Coral Lyle", "Crystal Ngata", "Honor Beale",
        "Patience Quist", "Felicity Dunmore", "Cliff Hayes", "Reed Salter", "Ray Bishop", "Dean Wood", "Archer Stone",
        "Cooper Small", "Fern Hill", "Kit Fox", "Sage Marsh",
    ),
    plain_names=(
        "Araminta Foulkes", "Chidi Ekwueme", "Gwenllian Rees", "Fatima Hashmi", "Bartosz Kaminski", "Leopold Hargreave",
        "Gurpreet Sandhu", "Eluned Maddocks", "Kojo Amoah", "Demelza Polglase", "Burak Yildiz", "Henrietta Clutterbuck",
        "Fionnuala Keaveney", "Rohan Banerjee", "Clementine Ashworth", "Kasia Lewandowska",
    ),
    short_names=("Wu Li", "Al Oz", "Ty Bui", "Vi Ho"),
    particles=("Elise de Wit", "Pieter van Rooyen", "Simon St Leger", "Paolo da Silva", "Ines del Rio"),
    chosen=("Patricia Underhill", "Alex", "Merrick", "Linnet", "Greaves"),
    foreign=(
        "Дмитрий Волков", "Ελένη Δημητρίου", "יעל כהן", "خالد محمود", "Ірина Гнатюк", "Борис Петров",
        "Σταύρος Μαρκάκης", "עומר שלום", "نور الدين",
    ),
    printed=(
        _DEJAVU + "Sans-Bold.ttf", _DEJAVU + "Serif-Italic.ttf", _DEJAVU + "SansMono.ttf",
        _DEJAVU + "SansCondensed.ttf", "opentype/ebgaramond/EBGaramond12-Italic.otf", _DEJAVU + "SerifCondensed.ttf",
        "opentype/bwht/BecauseWeConnect-Regular.otf", _DEJAVU + "Sans-ExtraLight.ttf",
    ),
    written=(
        "truetype/breip/Breip.ttf", "truetype/yusei-magic/YuseiMagic-Regular.ttf",
        "opentype/dancingscript/DancingScript-Regular.otf", "truetype/sjfonts/Delphine.ttf",
        "opentype/bwht/BecauseWeMentor-Regular.otf",
    ),
    headings=("Helpers this week", "Table monitors", "Spelling groups", "Who is here?", "Our teams"),
    initials=(
        "*{a} *{i}", "*{a} *{i}.", "Carrots: *{a} *{i}", "*{a} *{i} and *{b} *{j}", "*{a} *{i} / *{b} *{j}",
        "Lights - *{a} *{i}", "Hall monitors: *{a} *{i}, *{b} *{j}", "2) *{a} *{i}", "*{a} *{i} is away",
    ),
    numbers=("*{a} 3", "*{a} 5T", "*{a} 2", "Compost: *{a} 1", "*{a} Y4"),
    sentences=(
        "Good luck *{a}", "Thanks *{a} for your card", "*{a}'s spelling book", "Brilliant work *{a}",
        "*{a} won two medals", "This drawer is *{a}'s", "Happy 8th birthday *{a}", "we all cheered for *{a} today",
        "Dear *{a}", "*{a} played the piano", "Welcome back *{a}", "Lots of love *{a}", "Goodbye *{a}",
        "*{a} has a new brother", "Congratulations *{a}", "Sit next to *{a} please",
    ),
    lists=(
        "*{a} and *{b}", "*{a}, *{b} and *{c}", "*{a} & *{b}", "*{a}, *{p} and *{b}", "*{a}, *{b}, *{c}",
        "*{a} with *{b}", "By *{a} and *{b}", "*{a} and *{p}",
    ),
    labelled=(
        "Reader of the month: *{a}", "Leader: *{a}", "Goalkeeper: *{a}", "Weeds: *{a}", "Chairs - *{a}",
        "Pupil: *{a}", "Star writer: *{a}", "Fruit: *{a} and *{b}", "Absent: *{a}",
    ),
    controls=(
        ("Will it rain?", "I hope so", "Take a coat"),
        ("Hepatitis B", "Level 3", "Exit A", "Group 2"),
        ("Spring Concert", "Friday 2 May", "Daisy chains"),
        ("Scarlet fever", "Crystal clear", "Coral reef"),
        ("Cooper Street", "Archer Lane", "Marsh Road"),
        ("A ray of light", "Cliff path", "Sandy beach"),
        ("Fern and moss", "Sage and onion", "Reed beds"),
        ("First aid kit", "Sunny spells", "Prince of Wales"),
        ("Take a chance", "Have patience", "Sing the melody"),
        ("Fox and hen", "Brook trout", "Wood and stone"),
        ("JOY TO THE WORLD", "GRACE AND PEACE"),
        ("Ash Wednesday", "Scouts of honor", "River bank"),
    ),
)  # fmt: skip


THIRD = Half(
    word_names=(
        "Will Ashdown", "Hope Barrowby", "Grace Yeoman", "Mark Dunkley", "May Lister", "Rose Attwell", "Summer Kirkby",
        "Joy Penfold", "Faith Orme", "Daisy Cope", "Poppy Raine", "Lily Cressey", "Ivy Thornber", "Holly Brightman",
        "Bill Sayer", "Dawn Carver", "Robin Hale", "Ruby Stockdale", "Autumn Reeve", "Frank Tolley", "Rich Manby",
        "Jade Nunn", "Max Tull", "Destiny Cowell",
    ),
    plain_names=(
        "Ottilie Quartermaine", "Chibuzo Anyanwu", "Heledd Prosser", "Zainab Qureshi", "Tomasz Wojcik",
        "Barnaby Threlfall", "Jaspreet Virk", "Morfydd Gethin", "Yaw Boateng", "Jenifer Nancarrow", "Deniz Aydin",
        "Rosamund Featherstone", "Oisin Gallagher", "Priya Chatterjee", "Evangeline Harcastle", "Dorota Mazur",
    ),
    short_names=("Xi Du", "Ed Ho", "Li An", "Oz By"),
    particles=("Greet van Houten", "Noor de Boer", "Agnes St Clair", "Carla dal Pozzo", "Luis del Campo"),
    chosen=("Josephine Marchbank", "Sacha", "Ridley", "Teasel", "Ormerod"),
    foreign=(
        "Марія Коваленко", "Σοφία Λάμπρου", "דנה פרץ", "سارة يوسف", "Степан Ткачук", "Ольга Фёдорова",
        "Θανάσης Ξενάκης", "איתן גולד", "ليلى عمر",
    ),
    printed=(
        _DEJAVU + "Sans-Oblique.ttf", _DEJAVU + "SansCondensed-Bold.ttf", _DEJAVU + "Serif.ttf",
        _DEJAVU + "SerifCondensed-BoldItalic.ttf", "opentype/ebgaramond/EBGaramond12-Bold.otf",
        "opentype/ebgaramond/EBGaramond08-Italic.otf", "opentype/bwht/BecauseWeBuild-Regular.otf",
    ),
    written=("opentype/bwht/BecauseWeCreate-Regular.otf", "truetype/breip/breipfont.ttf"),
    headings=("Our reading corner", "Jobs for Tuesday", "Remember your PE kit", "Tidy-up team", "Lunch today: pasta"),
    initials=(
        "*{a} (*{i})", "*{a} - *{i}", "*{a}, *{i}.", "*{a}.{i}", "*{a} *{i}'s tray", "*{a} *{i}:", "- *{a} *{i}",
        "(*{a} *{i})", "3. *{a} *{i}", "Bins: *{a} (*{i})", "*{a} *{i} + *{b} *{j}", "*{a} *{i}  *{b} *{j}",
        "*{a} *{i} - bins",
    ),
    numbers=("*{a} (5K)", "*{a} - 5K", "*{a}, 5K", "*{a} Year 5", "*{a}, aged 9", "*{a} (9)"),
    sentences=(
        "*{a} has lost a tooth", "*{a} is nine today", "Story by *{a}", "Painted by *{a}", "To *{a}, from *{b}",
        "Dear *{a},", "Love *{a} x", "*{a} can swim 25m", "This belongs to *{a}", "My friend *{a}", "I am *{a}",
        "My name is *{a}", "Hello *{a}", "Well done, *{a}!", "Vote for *{a}", "Miss you *{a}", "Good luck to *{a}",
    ),
    lists=(
        "*{a}, *{b} and *{c}", "*{a} and *{b}", "*{a} + *{p}", "*{a} *{p} and *{b}", "*{a}; *{b}; *{c}",
        "Painted by *{a} and *{b}", "*{a} - *{b} - *{c}",
    ),
    labelled=(
        "Child: *{a}", "Author: *{a}", "Player 1: *{a}", "Captain - *{a}", "Monday: *{a}", "Today: *{a} and *{b}",
        "Table 1: *{a}, *{b}", "Scribe = *{a}", "Name *{a}",
    ),
    controls=(
        ("Will you join us?", "Friday at 3pm", "All welcome"),
        ("Vitamin C", "Grade 5", "Piano exam"),
        ("Summer Fair", "May Day", "Maypole dancing"),
        ("Mark your work", "Use a green pen"),
        ("Hope you enjoy the show", "From all of us"),
        ("Grace before meals", "Amen"),
        ("Rose garden", "Please keep off the grass"),
        ("Faith, Hope and Charity", "Joy to all"),
        ("Dawn chorus walk", "Meet at 5am", "Robin redbreast"),
        ("Poppy Appeal", "Holly and ivy wreaths", "Daisy chain"),
        ("Rich tea biscuits", "Frank and honest", "Max 30 pupils"),
        ("Ruby red, jade green", "Autumn Term", "Summer 2"),
        ("May contain nuts", "May I go to the toilet?", "Bill: 12.40"),
    ),
)  # fmt: skip

FOURTH = Half(
    word_names=(
        "Blessing Adeyinka", "Precious Tamblyn", "Favour Ekpo", "Gift Moyo", "Trinity Gascoyne", "Serenity Plowright",
        "Heaven Dacosta", "Noel Tiverton", "Carol Umney", "Eve Quilter", "June Ottaway", "Jack Skelding",
        "Harry Vance", "Pat Lomas", "Sue Yelland", "Rob Inman", "Willow Jessop", "Verity Kingdon", "Basil Zeller",
        "India Nuttall", "Florence Wragg", "Georgia Epsley", "Bear Hollins", "Jay Rowbotham",
    ),
    plain_names=(
        "Wilhelmina Pargeter", "Obinna Uzoma", "Nerys Gwilliam", "Maryam Bashir", "Krzysztof Lis", "Peregrine Standish",
        "Simran Grewal", "Tegwen Bowen", "Abena Owusu", "Lowena Penrose", "Elif Korkmaz", "Cordelia Mortlock",
        "Saoirse Brannigan", "Ishaan Deshpande", "Octavia Summerskill", "Agnieszka Duda",
    ),
    short_names=("Yu Hu", "Om Das", "Bea Ko", "Io Sy"),
    particles=("Femke van Dam", "Lars von Essen", "Petroc St Erme", "Bianca della Rocca", "Rui das Neves"),
    chosen=("Alexandra Whitelock", "Lexi", "Farrow", "Clover", "Sugden"),
    foreign=(
        "Оксана Мельник", "Δέσποινα Ρήγα", "רות אדלר", "عمر سليم", "Надежда Орлова", "Тарас Лысенко",
        "Πέτρος Βλάχος", "אביב דיין", "زينب كريم",
    ),
    printed=(
        _DEJAVU + "Sans-BoldOblique.ttf", _DEJAVU + "SansMono-Oblique.ttf", _DEJAVU + "SerifCondensed-Bold.ttf",
        "opentype/ebgaramond/EBGaramond08-Regular.otf", _DEJAVU + "SansCondensed-BoldOblique.ttf",
        _DEJAVU + "SansMono-BoldOblique.ttf", _DEJAVU + "SerifCondensed-Italic.ttf", _DEJAVU + "MathTeXGyre.ttf",
    ),
    written=("truetype/yusei-magic/YuseiMagic-Regular.ttf", "truetype/sjfonts/Delphine.ttf"),
    headings=("Who does what", "Class jobs", "Forest school", "Our writers", "Bus list"),
    initials=(
        "*{a} *{i}", "*{a} *{i}'s coat", "Register: *{a} *{i}.", "*{a} *{i} & *{b} *{j}", "*{a}. *{i}",
        "*{a} *{i}, Year 4", "Recorder - *{a} *{i}", "a) *{a} *{i}", "*{a} *{i} (away)",
        "Post box: *{a} *{i} *{b} *{j}", "*{a} *{i} 4B",
    ),
    numbers=("*{a} 7", "*{a} 3M", "*{a} #2", "No. 4 *{a}", "Peas: *{a} 2", "*{a}, Y3", "*{a} age 6", "*{a} (Yr 2)"),
    sentences=(
        "Good luck *{a}", "Get well soon *{a}!", "*{a}'s painting", "Thank you to *{a}", "*{a} lost a shoe",
        "This is *{a}", "Happy 7th birthday *{a}!", "our friend *{a} came back today", "For *{a}",
        "*{a} loves football", "Hi *{a}", "*{a} made this", "Please give this to *{a}", "Bye bye *{a}",
        "Come on *{a}!", "Is *{a} here?",
        "*{a} was brave", "Sorry *{a}", "Save a seat for *{a}", "*{a} helped me",
    ),
    lists=(
        "*{a} and *{b}", "*{a}, *{b}, *{p}", "*{a} & *{b} & *{c}", "*{p}, *{a}", "*{a}  *{b}  *{c}", "*{a} or *{b}",
        "Team: *{a}, *{b} and *{c}", "*{a} v *{b}",
    ),
    labelled=(
        "Helper: *{a}", "Reader: *{a}", "Trumpet - *{a}", "Water: *{a}", "Name: *{a}", "Goalie: *{a}", "Owner: *{a}",
        "Drums: *{a} and *{b}", "Best friend: *{a}", "Tidy tray award: *{a}", "Friday: *{a}",
    ),
    controls=(
        ("A blessing in disguise", "Count your blessings"),
        ("Precious metals", "Gold and silver"),
        ("Party favour bags", "Gift shop open", "Gift aid"),
        ("Trinity College", "Grade 2 piano"),
        ("Christmas carol concert", "New Year's Eve"),
        ("June 14", "July 2", "Term ends"),
        ("Jack and the Beanstalk", "Jay walking"),
        ("Basil and tomato soup", "Willow pattern plate"),
        ("India and China", "Florence, Italy", "Georgia, USA"),
        ("Teddy bear picnic", "Brown bear, brown bear"),
        ("Vitamin D", "Plan C", "Level 2"),
        ("Pat the dog", "Rob a bank", "Heaven and earth"),
    ),
)  # fmt: skip


FIFTH = replace(
    THIRD,
    word_names=(
        "Bella Stride", "Winter Okafor", "Ocean Lacey", "Rain Mottram", "Lark Oldroyd", "Robyn Shaw", "Teddy Ickes",
        "Duke Farley", "Ace Renshaw", "Dusty Hulme", "Ginger Attlee", "Tiger Boon", "Cherry Vickers", "Peaches Nolan",
        "Blue Sefton", "Story Callan", "Wolf Ingram", "Storm Eaves", "Cash Delaney", "Rusty Unwin", "Goldie Parr",
        "Victor Yule", "Major Cowan", "Royal Tench",
    ),
    plain_names=(
        "Ernestine Gaskarth", "Tobechukwu Eze", "Siwan Llewelyn", "Hamza Chaudhry", "Wiktoria Sobczak",
        "Montgomery Ashcroft", "Ravinder Gill", "Olwen Parry", "Adwoa Mensah", "Kerensa Trelawny", "Kerem Ozturk",
        "Marguerite Dunstable", "Niamh Corcoran", "Anaya Kulkarni", "Thaddeus Bromwich", "Lech Maliszewski",
    ),
    short_names=("Fu Lo", "Ro Kay", "Ng Wei", "Jo Ip"),
    particles=("Anouk de Graaf", "Joris van Loon", "Blanche St Aubin", "Chiara di Napoli", "Teresa dos Santos"),
    chosen=("Christopher Ledgard", "Kit", "Sandal", "Bryony", "Threadgold"),
    foreign=(
        "Галина Козлова", "Δήμητρα Σαρρή", "מיכל רוזן", "ياسمين طه", "Богдан Савченко", "Лидия Морозова",
        "Κώστας Ζήκος", "ניר שגב", "حمزة نجار",
    ),
    printed=(
        _DEJAVU + "SansCondensed-Oblique.ttf", _DEJAVU + "SerifCondensed.ttf", _DEJAVU + "SansMono-Bold.ttf",
        "opentype/ebgaramond/EBGaramond12-Regular.otf", "truetype/klee/KleeOne-SemiBold.ttf",
    ),
    written=("truetype/sjfonts/SteveHand.ttf", "opentype/bwht/BecauseWeMentor-Regular.otf"),
    headings=("Snack rota", "Our authors", "Garden crew", "Book corner", "Home time"),
    controls=(
        ("Year 3 trip to the zoo", "Bring a packed lunch"),
        ("Winter coats only", "No hoods indoors"),
        ("The Story of Rama and Sita", "Class 2 assembly"),
        ("Blue table", "Red table", "Green table"),
        ("Storm in a teacup", "Rain gauge"),
        ("Cash and cheques only", "Thank you"),
        ("Royal Mail", "Parcels to the office"),
        ("Cherry pie", "Ginger cake", "Custard"),
        ("Tiger who came to tea", "by Judith Kerr"),
        ("Ocean animals", "Whale", "Shark", "Octopus"),
        ("Monday: swimming", "Tuesday: music", "Friday: PE"),
        ("Local Tyres", "Free wheel check"),
        ("Sponsored by Hendersons", "Estate Agents"),
        ("Major road ahead", "Slow down"),
        ("Teddy bears' picnic", "Friday 10 May"),
        ("Wolf pack", "Brown owl"),
        ("Ace reader", "Star speller"),
        ("Duke Street", "Bath Road"),
        ("September", "October", "November"),
        ("Geography", "History", "Religious Education"),
        ("Twist and Shout", "Yellow Submarine"),
        ("Kingfisher class", "Heron class", "Puffin class"),
        ("Victor Hugo", "Les Miserables"),
        ("Peaches and cream", "Goldie and Bear"),
        ("Will everyone line up quietly", "Thank you"),
        ("Sir Christopher Wren", "St Paul's Cathedral"),
    ),
)  # fmt: skip


SIXTH = replace(
    FIFTH,
    word_names=(
        "Jack Tolland", "Harry Speight", "Florence Garbutt", "George Anstey", "Oliver Penfold", "Noah Crossley",
        "Arthur Kemp", "Leo Stainton", "Charlie Rudge", "Oscar Thewlis", "Thomas Yarwood", "James Ibbs",
        "William Scrivens", "Henry Dorling", "Edward Pym", "Alexander Roe", "Charlotte Ferriby", "Victoria Nesham",
        "Alice Cotgrave", "Lucy Hembrow", "Matilda Sizer", "Elizabeth Thrupp", "Mary Ockley", "Emma Tiplady",
    ),
    chosen=("Theodore Haddow", "Albert", "Brisk", "Stanley", "Loxley"),
    headings=("Our wall", "Monitors", "Who am I?", "Library cards", "Table places"),
    controls=(
        ("Jack and the Lost Kingdom", "Book of the week"),
        ("Oliver and the Singing Forest", "Chapter 3"),
        ("George and the Runaway Robot",),
        ("Arthur Avenue", "Henry Street", "Town map"),
        ("Victoria Street", "Station Road", "Where we live"),
        ("Alexander Road Surgery", "Please ring the bell"),
        ("Charlotte Crescent Infant School", "Open day"),
        ("The Thomas Hardcastle Trust", "Supporting our library"),
        ("The Elizabeth Cup", "Winners: Red team"),
        ("The Edward Hotel", "Main entrance"),
        ("James & Sons", "Roofing since 1961"),
        ("William Building Services Ltd", "Hard hats on site"),
        ("Florence Nightingale", "1820 - 1910", "Nursing"),
        ("Mary Anning (1799 - 1847)", "Fossils"),
        ("King Henry VIII", "Six wives", "Tudors"),
        ("Queen Victoria", "Empress of India"),
        ("Alice in Wonderland", "Mad Hatter's tea party"),
        ("Harry Potter", "Platform 9 and three quarters"),
        ("Matilda by Roald Dahl", "Class reader"),
        ("Emma by Jane Austen", "Year 9 novel"),
        ("Lucy Pevensie", "The Lion and the Witch"),
        ("Noah's Ark", "Two by two"),
        ("George Orwell", "Animal Farm"),
        ("Leo the Lion", "Zodiac signs"),
        ("Charlie and the Chocolate Factory", "Golden ticket"),
        ("Oscar Wilde", "The Happy Prince"),
    ),
)  # fmt: skip


def half_of(seed: int) -> Half:
    """Return the part that a seed draws from: of those below THIRD_FROM even ones were developed on."""
    if seed >= SIXTH_FROM:
        return SIXTH
    if seed >= FIFTH_FROM:
        return FIFTH
    if seed >= FOURTH_FROM:
        return FOURTH
    if seed >= THIRD_FROM:
        return THIRD
    return SECOND if seed % 2 else FIRST


def roll_csv(half: Half) -> str:
    """Return the roll that serves all pictures of a half."""
    rows = ["UPN,Legal Forename,Legal Surname,Chosen Forename,Chosen Surname,Middle Names,Former Surname,Year,Reg"]
    for i, name in enumerate((*half.word_names, *half.plain_names, *half.short_names, *half.particles)):
        forename, surname = name.split(" ", 1)
        rows.append(f"A{i:012},{forename},{surname},,,,,5,5K")
    legal, *rest = half.chosen
    rows.append(",".join(("B000000000001", *legal.split(), *rest, "5", "5K")))
    return "\n".join(rows) + "\n"
