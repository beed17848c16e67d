"""Story templates.

A story is an opening, one plot and an ending. Every beat of a plot offers
several sentences of the same meaning, so any path through a plot is coherent.

Slots: {s} the hero; {p}, {o} and {d} the pronouns (she, her, her); {was} the verb
that agrees; {full} the hero as introduced and {known} as known afterwards (a shy
fox, the shy fox); {I}, {my} and {Iam} for what the hero says; {place}, and {home}
for the place again (in a cave, in the cave); {adj}; {goal}; {thing} an object and
{athing} the same with its article; {h} the helper and {ah} as introduced. A capital
letter in the slot name asks for a capital letter in the text.
"""

OPENINGS = [
    "Once upon a time there {was} {full} who lived {place}.",
    "Once upon a time, {place}, there lived {full}.",
    "Once there {was} {full} who lived {place}.",
    "Long ago there lived {full} {place}.",
    "There {was} once {full} who lived {place}.",
]

LIFE = [
    "Every morning {s} looked out at the world and wondered what the day would bring.",
    "{S} had few friends, but {p} knew every path and every stone.",
    "Everyone knew {s}, and everyone liked to stop and talk.",
    "Most days were quiet, and that was how {s} liked them.",
    "People said that nobody was as {adj} as {s}.",
    "{S} worked hard all day and slept well all night.",
    "",
    "",
]

LOST = [
    ["One morning {s} woke up and found that {d} {thing} was gone.",
     "One day {s} lost {d} {thing}.",
     "One windy night {s} dropped {d} {thing} and could not find it again."],
    ["{S} looked under the bed, behind the door and in every corner, but it was not there.",
     "{S} searched all day long, high and low, but found nothing.",
     "{S} walked up and down the road, calling and looking, until {d} feet hurt."],
    ["Then {s} met {ah}. \"Why do you look so sad?\" asked {h}.",
     "At last {p} sat down to cry. \"What is wrong?\" asked {ah} who was passing by."],
    ["\"{I} have lost {my} {thing},\" said {s}. \"Then let us look together,\" said {h}.",
     "{S} told {h} about the {thing}, and {h} promised to help."],
    ["They looked where nobody had looked before, and there it was, under an old leaf.",
     "{H} had sharp eyes, and soon saw the {thing} shining in the grass.",
     "Together they found the {thing} at the bottom of a dry well."],
    ["{S} {was} so happy that {p} danced. \"Two of us see more than one,\" {p} said.",
     "\"Thank you,\" said {s}. \"A friend is worth more than any {thing}.\""],
]

WISH = [
    ["More than anything, {s} wanted to {goal}.",
     "{S} had one great wish: to {goal}.",
     "Every night {s} dreamed of one thing: to {goal}."],
    ["\"You can never do that,\" said the neighbours, and they laughed.",
     "Nobody believed that {s} could do it.",
     "\"That is much too hard for you,\" everyone said."],
    ["But {s} did not give up. Every day {p} tried, and every day {p} failed a little less.",
     "{S} tried once and failed. {S} tried again and failed again.",
     "So {s} set out alone, with only some bread and {athing}."],
    ["One evening {ah} came by and watched. \"Go slowly,\" said {h}, \"and do not be afraid.\"",
     "On the way {s} met {ah}, who said, \"I know how to help you.\"",
     "Then {ah} sat down beside {s} and said, \"Let me show you something.\""],
    ["{S} listened well, took a deep breath and tried once more.",
     "{S} did just what {h} said, one small step after another."],
    ["And this time it worked! At last {s} had managed to {goal}.",
     "Before the sun went down, {s} had managed to {goal}, and {h} cheered.",
     "It took many days, but in the end {s} managed to {goal}."],
    ["The neighbours could not believe their eyes.",
     "\"I knew you could do it,\" said {h}.",
     "Now nobody laughed at {s} any more."],
]

STORM = [
    ["One night a terrible storm came. The wind howled and the rain fell like stones.",
     "One evening the sky turned black, and a great storm began."],
    ["{S} heard a small voice crying in the dark. It was {ah}.",
     "Through the noise {s} heard somebody call for help. It was {ah}.",
     "In the middle of the storm {s} saw {ah}, wet and cold and lost."],
    ["{S} {was} afraid, but {p} went out into the rain all the same.",
     "\"Wait there! {Iam} coming!\" cried {s}.",
     "There was no time to think. {S} ran out into the storm."],
    ["Step by step {s} led {h} to a warm and dry place.",
     "{S} took hold of {h} and did not let go until they were both safe.",
     "{S} held up {d} {thing} as a sign, and {h} followed it home."],
    ["They shared hot soup and told each other stories until the storm was over.",
     "All night they sat close together and listened to the thunder."],
    ["In the morning the sun came out. \"You saved me,\" said {h}.",
     "When morning came the sky was blue. \"I will never forget this,\" said {h}."],
    ["\"Anyone would have done the same,\" said {s}, but {h} knew that it was not true.",
     "{S} smiled. Being brave, {p} had learned, is being afraid and going all the same."],
]

STRANGER = [
    ["One day {ah} came to live next door. Nobody wanted to talk to the stranger.",
     "One afternoon {s} saw {ah} sitting all alone."],
    ["At first {s} did not know what to say.",
     "{S} watched from far away and thought about it for a long time.",
     "\"Perhaps {h} is lonely,\" thought {s}."],
    ["Then {s} picked up {d} {thing} and went over. \"Would you like to play?\" asked {s}.",
     "The next day {s} brought some warm bread. \"Are you hungry?\" asked {s}.",
     "So {s} said, \"Hello! {I} live here. What is your favourite game?\""],
    ["{H} looked up and smiled for the first time.",
     "\"You are the first to speak to me,\" said {h}.",
     "{H} was so surprised that it took a while to answer."],
    ["They played until the stars came out, and they laughed a great deal.",
     "They talked about the sea, the moon and the best way to eat a pear."],
    ["Soon the others came too, and everyone wanted to join in.",
     "After that they met every day, in sun and in rain."],
    ["\"It was easy,\" said {s}. \"All {i} did was say hello.\"",
     "And {s} learned that a stranger is only a friend you do not know yet."],
]

MYSTERY = [
    ["One night {s} heard a strange noise: tap, tap, tap.",
     "One morning {s} found strange footprints by the door.",
     "One day {s} found an old letter with a map inside."],
    ["\"What can that be?\" said {s}, and took {d} {thing} and went to see.",
     "{S} {was} curious and could not think of anything else. So {p} set off at once."],
    ["The way led over a bridge, past a mill and into a dark tunnel.",
     "{S} walked for a long time, first left, then right, then straight on."],
    ["It was dark there, and {s} shivered. But turning back would have been worse.",
     "{S} wanted to run home, but {p} kept going."],
    ["At the end there sat {ah} with a big smile. \"I hoped that you would come,\" said {h}.",
     "And who was there? It was {ah}! \"You found me!\" cried {h}."],
    ["\"I made a surprise for you,\" said {h}, and there was a table full of cakes.",
     "\"I wanted to give you this,\" said {h}, and it was a box full of light.",
     "\"Today is your birthday,\" said {h}. {S} had forgotten all about it."],
    ["{S} laughed out loud. It was the best surprise ever.",
     "{S} did not know what to say, and so {p} gave {h} a hug."],
]

CONTEST = [
    ["One spring there was a great contest, and everyone could join.",
     "One day it was announced that there would be a race around the lake."],
    ["{S} wanted to win very much, and so did {ah}.",
     "\"{I} will join,\" said {s}. \"You will never beat me!\" said {ah}."],
    ["{S} practised every day, even when it rained.",
     "{S} {was} nervous and hardly slept the night before."],
    ["When the day came, {s} {was} ahead of all the others.",
     "The contest began, and soon {s} and {h} were far in front."],
    ["But then {h} fell and could not get up again.",
     "Suddenly {s} heard a cry. {H} was stuck in the mud."],
    ["{S} stopped, turned around and helped {h}.",
     "{S} could have won. But {p} went back and pulled {h} out."],
    ["They crossed the line together, last of all, and the crowd clapped loudest for them.",
     "Somebody else won the prize, but {h} gave {s} {athing} and said, \"You won all the same.\""],
]

TREE = [
    ["One year no rain fell {home}, and everything was dry.",
     "One winter was so long that there was nothing left to eat {home}."],
    ["{S} had saved a little, just enough for one.",
     "{S} had hidden a small bag of seeds for bad times."],
    ["Then {ah} knocked at the door. \"Please, I am so hungry,\" said {h}.",
     "One cold evening {ah} came by, thin and tired."],
    ["{S} thought for a moment and then shared everything, half for each.",
     "\"Come in,\" said {s}. \"There is enough for two if we both eat slowly.\""],
    ["In return {h} gave {s} a seed that shone like gold.",
     "{H} had nothing to give but {athing}, and {s} put it in the garden."],
    ["Overnight a tree grew there, full of sweet fruit.",
     "The next morning {s} saw a tree with a hundred apples on it."],
    ["There was enough for everyone, and nobody was hungry again.",
     "{S} called all the neighbours, and they had a great feast."],
]

GIFT = [
    ["One day {s} opened the door and found a parcel. Inside was {athing}.",
     "On the way home {s} found {athing} lying on the path."],
    ["It was no ordinary {thing}: it hummed quietly and felt warm.",
     "When {s} touched it, the {thing} began to glow."],
    ["\"That is mine,\" said {ah}, \"but I will give you one wish if you bring it back.\"",
     "Just then {ah} came running. \"Please, have you seen my {thing}?\" asked {h}."],
    ["For a moment {s} wanted to keep it. Then {p} thought of how sad {h} looked.",
     "{S} liked the {thing} very much, but it was not right to keep it."],
    ["\"Here it is,\" said {s}, and gave the {thing} back.",
     "So {s} put the {thing} down in front of {h} and smiled."],
    ["\"You are honest,\" said {h}. \"What would you like most of all?\"",
     "{H} was so glad that the whole street could hear it. \"Now make a wish,\" said {h}."],
    ["\"Somebody to have supper with,\" said {s}. And that is just what they did.",
     "{S} did not have to think for long. \"A friend,\" {p} said."],
]

JOURNEY = [
    ["One day {s} heard of a well whose water could make anyone laugh.",
     "One night {s} saw a light far away, beyond the last hill, and wanted to know what it was."],
    ["{S} packed some bread, some cheese and {athing}, and set out before sunrise.",
     "The next morning {s} said goodbye to everyone and set out."],
    ["On the first day {p} came to a wide river, but there was no bridge.",
     "After three days the road ended at a high wall."],
    ["{Ah} was sitting there. \"I can help you across,\" said {h}, \"if you tell me a story.\"",
     "\"Nobody gets past here without a song,\" said {ah} who kept watch."],
    ["{S} thought of home and began, and {h} listened with closed eyes.",
     "{S} had never done that before, but {p} tried, and {h} clapped."],
    ["\"Now come,\" said {h}, and they went on together.",
     "{H} liked it so much that the two of them went on side by side."],
    ["When they got there, they found a small house with a fire and two empty chairs.",
     "At the end of the road they found a garden in which everything was in bloom."],
    ["\"I think that this is what {i} {was} looking for,\" said {s}.",
     "{S} laughed, for the best part had been the way there."],
]

PLOTS = [LOST, WISH, STORM, STRANGER, MYSTERY, CONTEST, TREE, GIFT, JOURNEY]

# A prompt that names a goal can only be told by this plot.
GOAL_PLOT = WISH

ENDINGS = [
    "And from that day on, {s} {was} never lonely again.",
    "And {s} and {h} stayed friends for ever.",
    "That night {s} slept very well and dreamed of new adventures.",
    "And if you go there today, you can still hear people talk about {known}.",
    "And so {s} lived happily {home} for many years. The end.",
    "And {s} lived happily ever after.",
    "{S} never forgot that day. The end.",
    "From then on, whenever {s} saw {h}, they both smiled.",
]
