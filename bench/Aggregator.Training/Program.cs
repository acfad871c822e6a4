using System.Globalization;
using Aggregator.Training;
using Aggregator.Training.Topics;

return args switch
{
    ["learn", var gold, var model] => LearnCommand.Run(gold, model),
    ["cross", var gold, var output, var folds, .. var without] => CrossCommand.Run(gold, output, int.Parse(folds, CultureInfo.InvariantCulture), without),
    ["topics", var stories, var learned, .. var penalty] => TopicsCommands.Learn(stories, learned, PenaltyOf(penalty)),
    ["topics-cross", var stories, var output, var folds, .. var penalty] => TopicsCommands.Cross(stories, output, int.Parse(folds, CultureInfo.InvariantCulture), PenaltyOf(penalty)),
    _ => Usage(),
};

static double PenaltyOf(string[] given) => given is [var penalty, ..] ? double.Parse(penalty, CultureInfo.InvariantCulture) : TopicsCommands.Penalty;

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Aggregator.Training learn FOLDER lines.forest        grows the forest that ships, from every page of the folder
               Aggregator.Training cross FOLDER OUT.jsonl FOLDS [WITHOUT ...]   gives each page the body that is found when nothing was learned from its site;
                                                                     WITHOUT: beginnings of names of features that are left out
               Aggregator.Training topics STORIES.jsonl topics.learned [PENALTY]   learns what words add to the rules of the topics that ship
               Aggregator.Training topics-cross STORIES.jsonl OUT.jsonl FOLDS [PENALTY]   tags each story with what was learned from other events
        STORIES.jsonl holds {"id","title","body","topics"} a line.
        FOLDER holds gold.jsonl ({"id","url","source","gold","body","optional","must_include","must_exclude"} a line) and pages/ID.html.gz
        """);
    return 2;
}
