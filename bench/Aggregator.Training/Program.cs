using Aggregator.Training;

return args switch
{
    ["learn", var gold, var model] => LearnCommand.Run(gold, model),
    ["cross", var gold, var output, .. var folds] => CrossCommand.Run(gold, output, folds is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 5),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Aggregator.Training learn FOLDER lines.forest        grows the forest that ships, from every page of the folder
               Aggregator.Training cross FOLDER OUT.jsonl [FOLDS]   gives each page the body that is found without any page of its host having been learned from
        FOLDER holds gold.jsonl ({"id","url","source","gold","body","optional","must_include","must_exclude"} a line) and pages/ID.html.gz
        """);
    return 2;
}
