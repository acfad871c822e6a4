using Aggregator.Materials;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: Aggregator.Materials TREE FILE. Writes the bill of materials of a source tree (CycloneDX 1.6 JSON), read from its packages.lock.json files.");
    return 2;
}

var packages = LockFiles.Read(args[0]);
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllText(args[1], CycloneDx.Write(packages, CycloneDx.VersionOf(args[0]), new PackageFolder(PackageFolder.Usual)));
Console.WriteLine($"{args[1]}: {packages.Count(package => package.IsShipped)} packages are shipped, {packages.Count(package => !package.IsShipped)} build and test");
return 0;
