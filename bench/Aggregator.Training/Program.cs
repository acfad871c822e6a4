using Aggregator.Training;

return args switch
{
    ["learn", var gold, var model] => LearnCommand.Run(gold, model),
    ["cross", var gold, var output, var folds, .. var without] => CrossCommand.Run(gold, output, int.Parse(folds, System.Globalization.CultureInfo.InvariantCulture), without),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Aggregator.Training learn FOLDER lines.forest        grows the forest that ships, from every page of the folder
               Aggregator.Training cross FOLDER OUT.jsonl FOLDS [WITHOUT ...]   gives each page the body that is found when nothing was learned from its site;
                                                                     WITHOUT: beginnings of names of features that are left out
        FOLDER holds gold.jsonl ({"id","url","source","gold","body","optional","must_include","must_exclude"} a line) and pages/ID.html.gz
        """);
    return 2;
}
