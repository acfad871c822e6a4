using System.Buffers;
using System.Text;
using Aggregator.Content.Definitions;
using Aggregator.Content.Tagging;
using Aggregator.Model.Text;

namespace Aggregator.Service.Topics;

/// <summary>Topics and entities that are good to tag with: the built-in ones, overridden and added to by the user's. Immutable.</summary>
public sealed class TopicDefinitions
{
    private readonly Lazy<TopicTagger> _tagger;

    private TopicDefinitions(TopicSet topics, EntitySet entities, string usersText)
    {
        Topics = topics;
        Entities = entities;

        // What is built in changes with the assembly it lies in, and that has a number of its own in every build.
        Version = ContentHash.Of(12, typeof(TopicTagger).Assembly.ManifestModule.ModuleVersionId.ToString(), usersText);
        _tagger = new Lazy<TopicTagger>(() => new TopicTagger(topics, entities));
    }

    /// <summary>The built-in ones alone.</summary>
    public static TopicDefinitions BuiltIn { get; } = new(TopicSet.BuiltIn, EntitySet.BuiltIn, "");

    /// <summary>The topics.</summary>
    public TopicSet Topics { get; }

    /// <summary>The entities.</summary>
    public EntitySet Entities { get; }

    /// <summary>Differs between definitions that differ; the same after a restart.</summary>
    public string Version { get; }

    /// <summary>The tagger that knows them; made when first asked for.</summary>
    public TopicTagger Tagger => _tagger.Value;

    /// <summary>The built-in definitions with those of a user's file. Null: the file has mistakes, which are told with it.</summary>
    public static (TopicDefinitions? Definitions, IReadOnlyList<DefinitionProblem> Problems) Parse(ReadOnlySpan<byte> file, string name)
    {
        var user = ParseFile(file, name);
        return user.Problems.Count > 0
            ? (null, user.Problems)
            : (new TopicDefinitions(TopicSet.BuiltIn.With(user.Topics), EntitySet.BuiltIn.With(user.Entities), Encoding.UTF8.GetString(file)), []);
    }

    /// <summary>A user's file alone; it may name the groups of the built-in definitions.</summary>
    public static DefinitionFileResult ParseFile(ReadOnlySpan<byte> file, string name)
    {
        if (FirstInvalidByte(file) is >= 0 and var invalid)
        {
            var before = file[..invalid];
            var problem = new DefinitionProblem(name, before.Count((byte)'\n') + 1, invalid - before.LastIndexOf((byte)'\n'), "expected UTF-8: save the file in that encoding");
            return new DefinitionFileResult(TopicSet.Empty, EntitySet.Empty, [problem]);
        }

        return DefinitionFile.Parse(Encoding.UTF8.GetString(file), name, TopicSet.BuiltIn);
    }

    /// <summary>Where a text stops being UTF-8. -1: it is all UTF-8.</summary>
    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != OperationStatus.Done)
            {
                return at;
            }

            at += length;
        }

        return -1;
    }
}
