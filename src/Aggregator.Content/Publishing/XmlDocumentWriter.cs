using System.Text;
using System.Xml;

namespace Aggregator.Content.Publishing;

/// <summary>What the XML formats share: one set of writer settings, and the media extension.</summary>
internal static class XmlDocumentWriter
{
    public const string AtomNamespace = "http://www.w3.org/2005/Atom";
    public const string MediaNamespace = "http://search.yahoo.com/mrss/";

    /// <summary>UTF-8 without a byte order mark, line feeds, one space a level.</summary>
    public static byte[] Write(Action<XmlWriter> content)
    {
        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
            NewLineHandling = NewLineHandling.None,
        };
        using (var xml = XmlWriter.Create(bytes, settings))
        {
            xml.WriteStartDocument();
            content(xml);
            xml.WriteEndDocument();
        }

        return bytes.ToArray();
    }

    /// <summary>The lead image as media:content and media:thumbnail (Media RSS 1.5.1).</summary>
    public static void WriteImage(XmlWriter xml, EntryContent entry)
    {
        if (entry.Image is { } image)
        {
            xml.WriteStartElement("content", MediaNamespace);
            xml.WriteAttributeString("url", image.AbsoluteUri);
            xml.WriteAttributeString("medium", "image");
            xml.WriteEndElement();
            xml.WriteStartElement("thumbnail", MediaNamespace);
            xml.WriteAttributeString("url", image.AbsoluteUri);
            xml.WriteEndElement();
        }
    }
}
