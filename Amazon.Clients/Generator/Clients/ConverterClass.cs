namespace Amazon.Clients.Generator.Clients;

/// <summary>The generated class that converts another class to and from the wire, whatever the protocol.</summary>
internal static class ConverterClass
{
    /// <summary>Writes it, with what is needed of it.</summary>
    /// <param name="text">The file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="summary">Its summary.</param>
    /// <param name="type">The class that it converts.</param>
    /// <param name="writer">Writes the method that writes an instance.</param>
    /// <param name="reader">Writes the method that reads one.</param>
    public static void Write(
        CSharpText text,
        string name,
        string summary,
        SurfaceClass type,
        Action<CSharpText, SurfaceClass> writer,
        Action<CSharpText, SurfaceClass> reader)
    {
        text.Line();
        text.Summary(summary);
        text.Block($"internal static class {name}", () =>
        {
            if (type.IsWritten)
            {
                writer(text, type);
            }

            if (type.IsWritten && type.IsRead)
            {
                text.Line();
            }

            if (type.IsRead)
            {
                reader(text, type);
            }
        });
    }
}
