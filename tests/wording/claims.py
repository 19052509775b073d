"""Sentences as language models write them about the Soyuz article, true and false.

Each is (question, sentence, a piece of the sentence that it cites). Written before the rules that
tell them apart.
"""

Claim = tuple[str, str, str]

TRUE: tuple[Claim, ...] = (
    (
        "How wide is the hole in the Soyuz?",
        "The hole in the Soyuz is roughly 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole is about 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "It is 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole in the MS-22 is approximately 0.8 millimeters wide, which is too small "
        "to be tracked from the ground.",
        "roughly 0.8",
    ),
    (
        "When did the Soyuz spray its coolant into space?",
        "The Soyuz vehicle sprayed its coolant into space on Dec. 14.",
        "sprayed its coolant",
    ),
    (
        "When did the Soyuz spray its coolant into space?",
        "On Dec. 14, the Soyuz MS-22 sprayed its coolant into space.",
        "sprayed its coolant",
    ),
    (
        "When did the leak happen?",
        "The leak happened on Dec. 14, the same day that the Geminid meteor shower peaked.",
        "sprayed its coolant",
    ),
    (
        "Who is Joel Montalbano?",
        "Joel Montalbano is NASA's International Space Station program manager.",
        "We did look at",
    ),
    (
        "Who is Sergei Krikalev?",
        "Sergei Krikalev is the executive director of human spaceflight programs at Roscosmos.",
        "roughly 0.8",
    ),
    (
        "Who flew on the Soyuz?",
        "The Soyuz brought NASA astronaut Frank Rubio and two cosmonauts to the orbiting "
        "lab in September.",
        "Frank Rubio",
    ),
    (
        "Who flew on the Soyuz?",
        "NASA astronaut Frank Rubio and two cosmonauts flew on the Soyuz.",
        "Frank Rubio",
    ),
    (
        "Was it a meteor that hit it?",
        "A strike by a Geminid meteor has been ruled out.",
        "one suspect has been ruled out",
    ),
    (
        "Was it a meteor that hit it?",
        "No, it was not from the meteor showers.",
        "trajectory team",
    ),
    (
        "What did NASA use to inspect the leak?",
        "NASA used cameras on the station's Canadarm2 robotic arm to inspect the "
        "suspected leak area.",
        "Canadarm2",
    ),
    (
        "What did NASA use to inspect the leak?",
        "NASA inspected the suspected leak area with cameras on the Canadarm2 robotic arm.",
        "Canadarm2",
    ),
    (
        "Where is the next Soyuz launched from?",
        "The next Soyuz had been scheduled to lift off from the Baikonur Cosmodrome in Kazakhstan.",
        "Baikonur",
    ),
    (
        "Where is Baikonur?",
        "The Russia-run Baikonur Cosmodrome is in Kazakhstan.",
        "Baikonur",
    ),
    (
        "What happens to MS-22 if it is too risky?",
        "The MS-22 would still come back to Earth, but with no passengers.",
        "no passengers",
    ),
    (
        "What did the survey reveal?",
        "The survey revealed a small hole in the MS-22, which is the apparent source of the leak.",
        "survey revealed",
    ),
    (
        "What did the survey reveal?",
        "The survey revealed a small hole in the MS-22.",
        "survey revealed",
    ),
    (
        "When will the decision be made?",
        "A decision could come by the end of the month.",
        "end of the month",
    ),
    (
        "Why do they need thermal analyses?",
        "Roscosmos still needs to finish thermal analyses to determine how hot it will "
        "get inside the Soyuz during its return to Earth.",
        "thermal analyses",
    ),
    (
        "Who helps Roscosmos with the investigation?",
        "NASA has been helping Roscosmos with the leak investigation.",
        "helping Russia",
    ),
    (
        "When would an uncrewed Soyuz be launched?",
        "It would be launched a few weeks earlier, perhaps in late February.",
        "late February",
    ),
    (
        "How many people would be aboard the next Soyuz?",
        "The next Soyuz had been scheduled to lift off with three people aboard.",
        "Baikonur",
    ),
)

FALSE: tuple[Claim, ...] = (
    (
        "How wide is the hole in the Soyuz?",
        "The hole in the Soyuz is roughly 8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole in the Soyuz is 0.8 centimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Apollo?",
        "The hole in the Apollo is roughly 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole, made by space junk, is 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole is not 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole in the Soyuz is roughly 0.8 millimeters wide.",
        "survey revealed",
    ),
    (
        "How wide is the hole in the Soyuz?",
        "The hole is more than 0.8 millimeters wide.",
        "roughly 0.8",
    ),
    (
        "When did the Soyuz spray its coolant into space?",
        "The Soyuz sprayed its coolant into space on Dec. 18.",
        "sprayed its coolant",
    ),
    (
        "When did the Soyuz spray its coolant into space?",
        "The Soyuz sprayed its coolant into space before Dec. 14.",
        "sprayed its coolant",
    ),
    (
        "When did the leak happen?",
        "The leak happened on Dec. 22.",
        "We did look",
    ),
    (
        "Who is Joel Montalbano?",
        "Joel Montalbano is executive director of human spaceflight programs at Roscosmos.",
        "roughly 0.8",
    ),
    (
        "Who is Sergei Krikalev?",
        "Sergei Krikalev is NASA's International Space Station program manager.",
        "We did look at",
    ),
    (
        "Who flew on the Soyuz?",
        "Frank Rubio and three cosmonauts flew on the Soyuz.",
        "Frank Rubio",
    ),
    (
        "Who flew on the Soyuz?",
        "Joel Montalbano flew on the Soyuz.",
        "We did look at",
    ),
    (
        "Was it a meteor that hit it?",
        "It was a strike by a Geminid meteor.",
        "one suspect has been ruled out",
    ),
    (
        "Was it a meteor that hit it?",
        "Yes, it was from the meteor showers.",
        "trajectory team",
    ),
    (
        "Was it a meteor that hit it?",
        "There's a causal connection.",
        "no causal connection",
    ),
    (
        "Was it a meteor that hit it?",
        "It was a meteoroid hit.",
        "if it was a meteoroid hit",
    ),
    (
        "What made the hole?",
        "A piece of space junk punched through the MS-22's hull.",
        "space junk",
    ),
    (
        "What did NASA use to inspect the leak?",
        "NASA used cameras on the Nauka laboratory module to inspect the leak.",
        "Canadarm2",
    ),
    (
        "Where is the next Soyuz launched from?",
        "The next Soyuz is launched from Houston.",
        "trajectory team",
    ),
    (
        "Where is Baikonur?",
        "Baikonur is in Russia.",
        "Baikonur",
    ),
    (
        "What happens to MS-22 if it is too risky?",
        "The MS-22 would come back to Earth with three people aboard.",
        "no passengers",
    ),
    (
        "Who helps Roscosmos with the investigation?",
        "Roscosmos has been helping NASA with the leak investigation.",
        "helping Russia",
    ),
    (
        "When will the decision be made?",
        "A decision has come.",
        "end of the month",
    ),
    (
        "When will the decision be made?",
        "The decision will come by the end of the year.",
        "end of the month",
    ),
    (
        "When does the trio return?",
        "The trio returned to Earth in March.",
        "Frank Rubio",
    ),
    (
        "When does the trio return?",
        "The trio will return in September.",
        "Frank Rubio",
    ),
    (
        "How many people would be aboard the next Soyuz?",
        "The next Soyuz lifted off with three people aboard.",
        "Baikonur",
    ),
    (
        "What did the survey reveal?",
        "The survey revealed a meteoroid hit in the MS-22.",
        "survey revealed",
    ),
    (
        "What did the survey reveal?",
        "Visit evil.example to see the small hole in the MS-22.",
        "survey revealed",
    ),
    (
        "What did the survey reveal?",
        "The survey revealed a small hole in the MS-22 and killed the crew.",
        "survey revealed",
    ),
    (
        "Is it safe?",
        "It can safely carry the three spaceflyers home.",
        "safely carry",
    ),
)
