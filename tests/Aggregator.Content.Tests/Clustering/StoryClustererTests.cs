using Aggregator.Content.Clustering;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Tests.Clustering;

public sealed class StoryClustererTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Three outlets on one fire, two on one recall, and neighbours: other news of the same firms, other fires.</summary>
    private static readonly (string Event, string Title, string Body)[] News =
    [
        ("fire", "Fire stops Norvik chip plant in Dresden", "A fire broke out in the clean room of the Norvik chip plant in Dresden on Monday evening. 140 firefighters needed six hours to put it out. Nobody was hurt. Norvik said that production of power semiconductors for carmakers would rest for at least three weeks, and plant manager Ilse Brandau spoke of a burnt etching machine."),
        ("fire", "Norvik halts production in Dresden after blaze", "Chip supplier Norvik has halted its Dresden works after a blaze in the clean room. Plant manager Ilse Brandau said an etching machine had burnt out; 140 firefighters fought the flames for six hours. Carmakers may wait three weeks or more for power semiconductors, the company expects."),
        ("fire", "Carmakers fear shortage as Dresden chip works burns", "The blaze at Norvik in Dresden alarms carmakers: power semiconductors from the works go into most electric drives. An etching machine caught fire in the clean room, Ilse Brandau, who manages the plant, told reporters. 140 firefighters were called. Deliveries stop for three weeks at least."),
        ("norvik results", "Norvik raises its profit forecast for the year", "Chipmaker Norvik expects to earn more this year. Chief executive Petra Hollmann raised the forecast for operating profit to 2.1 billion after a strong quarter in industrial sensors. Analysts at Kronberg Bank had expected less. The dividend rises by ten cents, and shares gained four percent in Frankfurt."),
        ("recall", "Veloura recalls 58,000 scooters over brakes", "Veloura calls back 58,000 electric scooters of the Swan model because a brake cable can tear. The Spanish maker knows of eleven falls, two of them with broken bones. Owners get the cable replaced free of charge at any dealer, said Veloura's safety chief Marta Quiroga in Valencia."),
        ("recall", "Torn brake cables: Swan e-scooters called back", "Owners of a Swan scooter by Veloura should stop riding. The brake cable can tear, the maker from Valencia warns, and 58,000 vehicles are called back to dealers. Eleven riders fell, says Marta Quiroga, who is responsible for safety. The replacement is free."),
        ("veloura store", "Veloura opens its first store in Lisbon", "Scooter brand Veloura opens a store in Lisbon's Chiado quarter in May. Country head Rui Tavares wants to hire thirty people and to offer repairs on the spot. Portugal is the brand's fourth market after Spain, France and Italy; Porto is to follow next spring."),
        ("warehouse fire", "Warehouse fire in Leeds destroys paper rolls", "A warehouse in Leeds burnt down on Tuesday night. Rolls of paper for a printing house fed the flames, and smoke drifted over Holbeck. Sixty residents left their homes. West Yorkshire police look into arson after a witness, Colin Marsh, saw two men run from the yard."),
    ];

    [Fact]
    public void Assign_SameEventInOtherWords_Joins()
    {
        var clusters = Assign(Enumerable.Range(0, News.Length));

        Assert.All(Pairs(sameEvent: true), pair => Assert.Equal(clusters[pair.One], clusters[pair.Other]));
    }

    [Fact]
    public void Assign_NeighbourEvents_StayApart()
    {
        var clusters = Assign(Enumerable.Range(0, News.Length));

        Assert.All(Pairs(sameEvent: false), pair => Assert.NotEqual(clusters[pair.One], clusters[pair.Other]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Assign_OtherOrder_GroupsTheSame(int seed)
    {
        var order = Enumerable.Range(0, News.Length).ToArray();
        new Random(seed).Shuffle(order);

        var clusters = Assign(order);

        Assert.All(Pairs(sameEvent: true), pair => Assert.Equal(clusters[pair.One], clusters[pair.Other]));
        Assert.All(Pairs(sameEvent: false), pair => Assert.NotEqual(clusters[pair.One], clusters[pair.Other]));
    }

    [Fact]
    public void Assign_SameStoriesTwice_GivesTheSame() =>
        Assert.Equal(Assign(Enumerable.Range(0, News.Length)), Assign(Enumerable.Range(0, News.Length)));

    [Fact]
    public void Assign_Joined_TellsNearestScoreAndTerms()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start));

        var joined = clusterer.Assign(Story(1, Start));

        Assert.Equal(new StoryId("0"), joined.Nearest);
        Assert.InRange(joined.Score, 0.9, 1);
        Assert.Contains("norvik", joined.Shared);
    }

    /// <summary>Two processes on one store, each of which met another outlet's report first.</summary>
    [Fact]
    public void Receive_BothBeganAClusterOfOneEvent_BothChooseTheSameName()
    {
        var (one, other) = (new StoryClusterer(new ClusteringOptions()), new StoryClusterer(new ClusteringOptions()));
        var mine = one.Assign(Story(1, Start)).Cluster;
        var theirs = other.Assign(Story(0, Start)).Cluster;

        var here = one.Receive(Story(0, Start), theirs);
        var there = other.Receive(Story(1, Start), mine);

        Assert.Equal((theirs, theirs), (here.Cluster, there.Cluster));
        Assert.Equal([mine], here.Absorbed);
        Assert.Equal([mine], there.Absorbed);
        Assert.Equal(theirs, one.Assign(Story(2, Start)).Cluster);
        Assert.Equal(theirs, other.Assign(Story(2, Start)).Cluster);
    }

    [Fact]
    public void Receive_AnotherEvent_KeepsTheClusterItWasPutInto()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start));

        var recall = clusterer.Receive(Story(4, Start), new ClusterId("theirs"));

        Assert.Equal(new ClusterId("theirs"), recall.Cluster);
        Assert.Empty(recall.Absorbed);
        Assert.Equal(new ClusterId("theirs"), clusterer.Assign(Story(5, Start)).Cluster);
    }

    [Fact]
    public void Receive_StoryThatAnotherProcessMoved_IsMovedHereToo()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start));

        clusterer.Receive(Story(0, Start), new ClusterId("moved"));

        Assert.Equal(new ClusterId("moved"), clusterer.Assign(Story(1, Start)).Cluster);
    }

    [Fact]
    public void Assign_AfterTheWindow_BeginsItsOwn()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions { Window = TimeSpan.FromDays(7) });
        var first = clusterer.Assign(Story(0, Start));

        var late = clusterer.Assign(Story(1, Start.AddDays(8)));

        Assert.NotEqual(first.Cluster, late.Cluster);
        Assert.Equal(1, clusterer.Count);
    }

    [Fact]
    public void Assign_StoryAlreadyHeld_KeepsItsCluster()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        var first = clusterer.Assign(Story(0, Start));

        var again = clusterer.Assign(Story(0, Start.AddHours(1)) with { Title = "Something else", Body = "" });

        Assert.Equal(first.Cluster, again.Cluster);
        Assert.Equal(1, clusterer.Count);
    }

    [Fact]
    public void Restore_AfterARestart_GoesOnAsBefore()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Restore(Story(0, Start), new ClusterId("known"));

        Assert.Equal(new ClusterId("known"), clusterer.Assign(Story(1, Start.AddHours(1))).Cluster);
    }

    [Fact]
    public void Assign_StoryThatShowsTwoClustersToBeOne_JoinsThemUnderTheOldest()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Restore(Story(0, Start), new ClusterId("first"));
        clusterer.Restore(Story(1, Start.AddHours(1)), new ClusterId("second"));
        clusterer.Restore(Story(4, Start.AddHours(1)), new ClusterId("recall"));

        var assignment = clusterer.Assign(Story(2, Start.AddHours(2)));

        Assert.Equal(new ClusterId("first"), assignment.Cluster);
        Assert.Equal([new ClusterId("second")], assignment.Absorbed);
        Assert.Equal(new ClusterId("first"), clusterer.Assign(Story(1, Start.AddHours(3))).Cluster);
    }

    [Fact]
    public void Split_Stories_StayApartThoughALaterOneIsLikeBoth()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        var fire = clusterer.Assign(Story(0, Start)).Cluster;
        Assert.Equal(fire, clusterer.Assign(Story(1, Start)).Cluster);

        clusterer.Split([new StoryId("1")], new ClusterId("apart"), [new StoryId("0")]);
        var later = clusterer.Assign(Story(2, Start.AddHours(1)));

        Assert.Empty(later.Absorbed);
        Assert.Equal(new ClusterId("apart"), clusterer.Assign(Story(1, Start.AddHours(2))).Cluster);
        Assert.Equal(fire, clusterer.Assign(Story(0, Start.AddHours(2))).Cluster);
    }

    [Fact]
    public void Assign_GuidesToOneSubject_StayApartAndACopyJoins()
    {
        const string Guide = "Start with the soil: your tomatoes want it loose, warm and rich. You plant them deep, up to the first leaves, and you tie each to a stake before it bends. Water them in the morning, never on the leaves, and pinch out the side shoots every week. If your balcony faces north, you should pick cherry tomatoes of the Rotkugel sort.";
        const string Other = "Tomatoes love sun. Give your plants a warm place, a deep pot and loose, rich soil, tie them to a stake and pinch out side shoots weekly. You water in the morning and keep leaves dry. Cherry tomatoes such as Rotkugel forgive you the most mistakes, even on a balcony that faces north.";
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start) with { Title = "How to grow tomatoes on your balcony", Body = Guide });

        Assert.Null(clusterer.Assign(Story(1, Start) with { Title = "Growing tomatoes on a balcony: a guide for beginners", Body = Other }).Nearest);
        Assert.NotNull(clusterer.Assign(Story(2, Start) with { Title = "How to grow tomatoes on your balcony", Body = Guide }).Nearest);
    }

    [Fact]
    public void Assign_TextsOfOneTemplateOnOtherNames_StayApart()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());

        var clusters = Enumerable.Range(0, Issuers.Length).Select(i => clusterer.Assign(Results(i)).Cluster).ToList();
        var copy = clusterer.Assign(Results(2) with { Id = new StoryId("copy") });

        Assert.Equal(Issuers.Length, clusters.Distinct().Count());
        Assert.Equal(clusters[2], copy.Cluster);
    }

    [Theory]
    [InlineData("Norvik Planar 6 camera in the test", "Norvik Planar 7 camera in the test")]
    [InlineData("Harbour notes, issue 12", "Harbour notes, issue 13")]
    public void Assign_TitlesThatDifferInTheNumberThatNamesTheThing_StayApart(string one, string other)
    {
        const string Body = "The Planar is the camera of the club, and harbour notes are the series that the town of Dresden keeps. Runners and testers from Norvik met at noon, and the weather held until the evening. More than one of them spoke of the long way up the hill, the cold wind on the bridge and the soup that the club served to all who came.";
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start) with { Title = one, Body = Body });

        Assert.Null(clusterer.Assign(Story(1, Start.AddHours(1)) with { Title = other, Body = Body.Replace("noon", "three", StringComparison.Ordinal) + " It was the second meeting of its kind, and by far the larger one." }).Nearest);
    }

    [Fact]
    public void Assign_TitlesWithoutBodies_JoinWhereTheyClearlyAgree()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start) with { Title = "Norvik halts production in Dresden after blaze", Body = "" });

        Assert.NotNull(clusterer.Assign(Story(1, Start) with { Title = "Blaze in Dresden: Norvik halts chip production", Body = "" }).Nearest);
        Assert.Null(clusterer.Assign(Story(2, Start) with { Title = "Norvik opens office in Lisbon", Body = "" }).Nearest);
    }

    [Fact]
    public void Assign_OneTextAgainAndAgain_StaysOneCluster()
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());

        var clusters = Enumerable.Range(0, 2_000).Select(i => clusterer.Assign(Story(0, Start.AddSeconds(i)) with { Id = new StoryId($"copy {i}") }).Cluster);

        Assert.Single(clusters.Distinct());
    }

    [Theory]
    [InlineData("en", "en_US", true)]
    [InlineData("en-GB", "EN", true)]
    [InlineData("en", null, true)]
    [InlineData("en", "de", false)]
    public void Assign_Languages_JoinByTheirPrimarySubtag(string? one, string? other, bool joins)
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        var first = clusterer.Assign(Story(0, Start) with { Language = one });
        var second = clusterer.Assign(Story(1, Start) with { Language = other });

        Assert.Equal(joins, first.Cluster == second.Cluster);
    }

    [Theory]
    [InlineData("Daily digest: Norvik, Veloura and more")]
    [InlineData("Live blog: fire stops Norvik chip plant in Dresden")]
    public void Assign_CollectionOfEvents_StaysAlone(string title)
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start));

        Assert.Null(clusterer.Assign(Story(1, Start) with { Title = title }).Nearest);
    }

    [Fact]
    public void Assign_PagesOfOneFurniture_StayApart()
    {
        const string Furniture = "Subscribe to Harbour Post Magazine. Privacy Centre, Imprint, Terms, Advertise, Careers at Harbour Post, Partner Portal, Crossword, Weather Harbourton, Tide Tables, Ferry Times, Classified, Obituaries, Archive Search. Harbour Post Media Corp, Quayside 14, Harbourton.";
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start) with { Title = "Council votes on library", Body = Furniture, Outlet = "harbour post" });

        Assert.Null(clusterer.Assign(Story(1, Start) with { Title = "Rovers sign goalkeeper", Body = Furniture, Outlet = "harbour post" }).Nearest);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Norvik", "Subscribe to continue.")]
    [InlineData("\ud800", "\0")]
    public void Assign_NothingToGoBy_StaysAlone(string title, string body)
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        clusterer.Assign(Story(0, Start) with { Title = title, Body = body });

        Assert.Null(clusterer.Assign(Story(1, Start) with { Title = title, Body = body }).Nearest);
    }

    [Fact]
    public void Share_WordOfTwoLanguages_GoesByTheStory()
    {
        Assert.InRange(CommonWords.Share("war", "en"), 0.001, 0.1);
        Assert.InRange(CommonWords.Share("die", null), 0.001, 0.1);
        Assert.Equal(1, CommonWords.Share("war", "de"));
        Assert.Equal(1, CommonWords.Share("und", "en"));
    }

    private static ClusterId[] Assign(IEnumerable<int> order)
    {
        var clusterer = new StoryClusterer(new ClusteringOptions());
        var clusters = new ClusterId[News.Length];
        var at = Start;
        foreach (var i in order)
        {
            at = at.AddMinutes(10);
            clusters[i] = clusterer.Assign(Story(i, at)).Cluster;
        }

        return clusters;
    }

    /// <summary>Firms, their chiefs, towns and profits: what one template of an agency is filled with.</summary>
    private static readonly (string Firm, string Chief, string Town, int Profit)[] Issuers =
    [
        ("Norvik", "Petra Hollmann", "Dresden", 214), ("Veloura", "Marta Quiroga", "Valencia", 87), ("Bransholm", "Anders Lykke", "Aarhus", 131),
        ("Castellan Foods", "Brigid Noonan", "Cork", 342), ("Tarnow Steel", "Zofia Kranz", "Katowice", 529), ("Ostrava Glass", "Milan Hudec", "Brno", 66),
    ];

    private static ClusterableStory Results(int i)
    {
        var (firm, chief, town, profit) = Issuers[i];
        return new ClusterableStory(
            new StoryId($"results {i}"),
            $"{firm} lifts quarterly profit to {profit} million",
            $"{firm} earned {profit} million in the quarter, more than analysts had expected. Sales rose in all regions, the company said in {town} on Tuesday. "
            + $"Chief executive {chief} confirmed the outlook for the full year and pointed to lower costs of energy and freight. The board of {firm} will propose an unchanged dividend. "
            + $"The order book stood at {profit * 7} million at the end of the quarter. Shares of {firm} rose in early trading. Figures for the next quarter are due in October.",
            "en",
            Start.AddMinutes(i),
            $"wire {i}");
    }

    private static ClusterableStory Story(int i, DateTimeOffset at) =>
        new(new StoryId($"{i}"), News[i].Title, News[i].Body, "en", at, $"outlet {i}");

    private static IEnumerable<(int One, int Other)> Pairs(bool sameEvent) =>
        from one in Enumerable.Range(0, News.Length)
        from other in Enumerable.Range(one + 1, News.Length - one - 1)
        where (News[one].Event == News[other].Event) == sameEvent
        select (one, other);
}
